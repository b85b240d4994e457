import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { to } from '../../paths';
import { Trouble } from '../../ui/Trouble';

interface Props {
  changed: boolean;
  /** How many fields have to be mended first. */
  faults: number;
  preview: { data?: Api['SettingsPreview']; error: unknown; isFetching: boolean };
}

/** What the changed rules would do, before anything is done. */
export function RulesPreview({ changed, faults, preview }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  if (!changed) return <p className="gx-soft">{t('rules.preview.unchanged')}</p>;
  if (faults > 0) return <p className="gx-bad">{t('rules.preview.faults', { count: faults })}</p>;
  if (preview.error) return <Trouble error={preview.error} />;
  if (!preview.data) return <Skeleton active paragraph={{ rows: 5 }} title={false} />;
  const { shifts, moved, customers, samples } = preview.data;
  const shown = shifts.filter((shift) => shift.before !== shift.after);
  return (
    <div aria-live="polite" aria-busy={preview.isFetching}>
      <p className="gx-strong">
        {t('rules.preview.moved', {
          count: moved,
          moved: format.int(moved),
          share: format.share(customers ? moved / customers : 0),
        })}
      </p>
      <table className="gx-plain-table">
        <tbody>
          {shown.map((shift) => (
            <tr key={shift.dimension + shift.name}>
              <th scope="row">{say(shift.label)}</th>
              <td className="gx-end gx-faint">{format.int(shift.before)}</td>
              <td aria-hidden>→</td>
              <td className="gx-end">{format.int(shift.after)}</td>
              <td className="gx-end gx-num">
                {shift.after > shift.before ? '+' : '−'}
                {format.int(Math.abs(shift.after - shift.before))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {samples.length > 0 && (
        <>
          <h3 className="gx-note">{t('rules.preview.samples')}</h3>
          <ul className="gx-moves">
            {samples.map((sample) => (
              <li key={sample.customer + sample.dimension}>
                <Link to={to.customer(sample.customer, 'why')}>{sample.name ?? sample.customer}</Link>
                <span className="gx-soft">
                  {say(sample.from)} → {say(sample.to)}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
