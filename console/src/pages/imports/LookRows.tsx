import { Checkbox, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { Panel } from '../../ui/Panel';
import { LookTable } from './LookTable';

const WAYS = ['understood', 'file'] as const;

/** The first rows: as they are understood, or as they stand in the file; all of them, or those that are bad. */
export function LookRows({ look, busy }: { look: Api['Look']; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = useParts(look);
  const [chosen, setWay] = useState<(typeof WAYS)[number]>('understood');
  const [wanted, setOnlyBad] = useState(false);
  const { rows } = look.counts;
  const bad = look.rows.filter((row) => row.bad);
  const onlyBad = wanted && bad.length > 0;
  // The sample is longer than what is shown of it.
  const beyond = look.counts.bad - bad.length;
  // Without what it needs nothing is understood: then the file itself helps to find it.
  const way = look.rows.some((row) => Object.keys(row.understood).length > 0) ? chosen : 'file';
  return (
    <Panel
      title={t('look.title')}
      lead={rows > 0 && t(parts ? 'look.counts' : 'look.looked', { count: rows, value: format.int(rows), parts })}
      extra={
        <>
          {bad.length > 0 && (
            <Checkbox checked={onlyBad} onChange={(event) => setOnlyBad(event.target.checked)}>
              {t('look.only_bad')}
            </Checkbox>
          )}
          <Segmented
            size="small"
            aria-label={t('look.way')}
            value={way}
            options={WAYS.map((value) => ({ value, label: t(`look.ways.${value}`) }))}
            onChange={setWay}
          />
        </>
      }
    >
      {beyond > 0 && (
        <p className="gx-look-beyond gx-soft gx-small">
          {t('look.beyond', { count: beyond, value: format.int(beyond) })}
        </p>
      )}
      <LookTable look={look} rows={onlyBad ? bad : look.rows} way={way} busy={busy} />
    </Panel>
  );
}

/** What the sample is made of, in words; empty when there is nothing to tell apart. */
function useParts({ kind, counts }: Pick<Api['Look'], 'kind' | 'counts'>): string {
  const { t } = useTranslation();
  const format = useFormat();
  const names =
    kind === 'orders'
      ? (['bad', 'sales', 'returns', 'adjustments', 'without_customer'] as const)
      : (['bad', 'dropped'] as const);
  return names
    .filter((name) => counts[name] > 0)
    .map((name) => t(`look.${name}`, { value: format.int(counts[name]) }))
    .join(t('common.comma'));
}
