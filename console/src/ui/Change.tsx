import { useTranslation } from 'react-i18next';
import { useFormat } from '../hooks/useFormat';

interface Props {
  change: number | null | undefined;
  /** Shares change by percentage points. */
  points?: boolean;
  /** Which way is good news; `neither` for what is neither. */
  better?: 'up' | 'down' | 'neither';
  /** Of percentage points. */
  digits?: number;
}

/** Whether it is so little that it is called none. */
export const isFlat = (change: number) => Math.abs(change) < 0.0005;

/** How much more or less than before; the arrow says it without colour. */
export function Change({ change, points, better = 'up', digits }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (change === null || change === undefined) return <span className="gx-faint">{t('common.no_comparison')}</span>;
  const flat = isFlat(change);
  const plain = flat || better === 'neither';
  const good = change > 0 === (better === 'up');
  const text = points ? t('common.points', { value: format.points(change, digits) }) : format.change(change);
  return (
    <span className={plain ? 'gx-change' : good ? 'gx-change gx-good' : 'gx-change gx-bad'}>
      <span aria-hidden>{flat ? '→' : change > 0 ? '↑' : '↓'}</span> {text}
    </span>
  );
}
