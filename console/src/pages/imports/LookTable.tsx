import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;

interface Props {
  look: Api['Look'];
  rows: Api['LookRow'][];
  way: 'understood' | 'file';
  busy: boolean;
}

/** Rows of a file; it scrolls by itself, so that what follows it stays near. */
export function LookTable({ look, rows, way, busy }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const fields = useShown(look);
  const heads = way === 'file' ? look.columns : fields.map((field) => field.label);
  const cells = (row: Api['LookRow']) => {
    if (way === 'file')
      return look.columns.map((column, at) => (
        <td key={at} className={row.bad?.column === column ? 'gx-bad' : undefined}>
          {row.cells[at]}
        </td>
      ));
    if (!row.bad) return fields.map(({ name, show }) => <td key={name}>{show(row.understood[name])}</td>);
    return (
      <td colSpan={heads.length}>
        <span className="gx-bad">✗ {row.bad.column}</span> “{row.bad.value}”: {say(row.bad.text)}
      </td>
    );
  };
  return (
    <div className="gx-scroll gx-look-box" tabIndex={0} role="group" aria-label={t('look.title')} aria-busy={busy}>
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
          {rows.map((row) => (
            <tr key={row.row} className={row.bad ? 'gx-bad-row' : undefined}>
              <td className="gx-faint">{row.row}</td>
              {cells(row)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Value = string | undefined;

/** The fields that have a value somewhere, with how it is written for people. */
function useShown(look: Api['Look']): { name: string; label: string; show: (value: Value) => Value }[] {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const plain = (value: Value) => (value && INSTANT.test(value) ? format.time(value) : value);
  // Only what says so itself is a yes or no: a text may well be "true".
  const yesNo = (value: Value) => (value === 'true' ? t('common.yes') : value === 'false' ? t('common.no') : value);
  const fields = look.fields.map(({ name, label }) => ({ name, label: say(label), show: plain }));
  const own = (look.mapping.attributes ?? []).map(({ name, type }) => ({
    name: `attribute.${name}`,
    label: name,
    show: type === 'bool' ? yesNo : plain,
  }));
  return [...fields, ...own].filter(({ name }) => look.rows.some((row) => row.understood[name] !== undefined));
}
