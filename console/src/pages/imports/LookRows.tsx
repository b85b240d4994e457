import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { Panel } from '../../ui/Panel';

const WAYS = ['understood', 'file'] as const;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;

/** The first rows: as they are understood, or as they stand in the file. */
export function LookRows({ look, busy }: { look: Api['Look']; busy: boolean }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const [chosen, setWay] = useState<(typeof WAYS)[number]>('understood');
  const { counts } = look;
  const shown = (value: string | undefined) => (value && INSTANT.test(value) ? format.time(value) : value);
  const own = (look.mapping.attributes ?? []).map(({ name }) => ({ name: `attribute.${name}`, label: name }));
  const fields = [...look.fields.map(({ name, label }) => ({ name, label: say(label) })), ...own].filter((field) =>
    look.rows.some((row) => row.understood[field.name] !== undefined),
  );
  // Without what it needs nothing is understood: then the file itself helps to find it.
  const way = fields.length === 0 ? 'file' : chosen;
  const heads = way === 'file' ? look.columns : fields.map((field) => field.label);
  const parts = (
    look.kind === 'orders'
      ? (['bad', 'sales', 'returns', 'adjustments', 'without_customer'] as const)
      : (['bad', 'dropped'] as const)
  ).filter((name) => counts[name] > 0);
  return (
    <Panel
      title={t('look.title')}
      lead={
        counts.rows > 0 &&
        `${t('look.counts', { count: counts.rows, value: format.int(counts.rows) })} ${parts
          .map((name) => t(`look.${name}`, { value: format.int(counts[name]) }))
          .join(t('common.comma'))}`
      }
      extra={
        <Segmented
          size="small"
          aria-label={t('look.way')}
          value={way}
          options={WAYS.map((value) => ({ value, label: t(`look.ways.${value}`) }))}
          onChange={setWay}
        />
      }
    >
      <div className="gx-scroll" tabIndex={0} role="group" aria-label={t('look.title')} aria-busy={busy}>
        <table className="gx-plain-table gx-look-rows">
          <thead>
            <tr>
              <th scope="col">{t('look.row')}</th>
              {heads.map((head, at) => (
                <th scope="col" key={at}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {look.rows.map((row) => (
              <tr key={row.row} className={row.bad ? 'gx-bad-row' : undefined}>
                <td className="gx-faint">{row.row}</td>
                {row.bad && way === 'understood' ? (
                  <td colSpan={heads.length}>
                    <span className="gx-bad">✗ {row.bad.column}</span> “{row.bad.value}”: {say(row.bad.text)}
                  </td>
                ) : way === 'file' ? (
                  look.columns.map((_, at) => <td key={at}>{row.cells[at]}</td>)
                ) : (
                  fields.map((field) => <td key={field.name}>{shown(row.understood[field.name])}</td>)
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
