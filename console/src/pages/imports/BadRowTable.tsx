import { Input, type TableProps } from 'antd';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';
import { useNarrow } from '../../hooks/useNarrow';
import { ListTable } from '../../table/ListTable';

type Row = Api['BadRow'];
type Rest = Pick<ComponentProps<typeof ListTable<Row>>, 'query' | 'rows' | 'total' | 'empty'>;

interface Props extends Rest {
  columns: string[];
  edited: ReadonlyMap<number, string[]>;
  /** What the server says of the edited rows. */
  check: Api['MendResult'] | undefined;
  onEdit: (row: number, cells: string[]) => void;
}

/** The rows as in the file, every cell can be changed; what was changed is checked as one types. */
export function BadRowTable({ columns, edited, check, onEdit, ...rest }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const narrow = useNarrow();
  const checkOf = (row: Row) => (edited.has(row.row) ? check?.rows.find((r) => r.row === row.row) : undefined);
  /** Where it is bad, by what stands there now. */
  const where = (row: Row) => {
    const checked = checkOf(row);
    return checked ? (checked.bad?.column ?? null) : row.column;
  };
  const why = (row: Row) => {
    const checked = checkOf(row);
    if (row.mended) return <span className="gx-good">{t('bad.mended')}</span>;
    if (checked && !checked.bad) return <span className="gx-good">✓ {t('bad.good')}</span>;
    const text = checked?.bad ? say(checked.bad.text) : say(row.text);
    return <span className={checked ? 'gx-bad' : undefined}>{text}</span>;
  };
  const input = (row: Row, at: number) => {
    const cells = edited.get(row.row) ?? row.cells;
    const here = where(row) === columns[at];
    return (
      <Input
        size="small"
        className="gx-cell"
        variant={here ? 'outlined' : 'filled'}
        status={here && !row.mended ? 'error' : undefined}
        aria-label={t('bad.cell', { column: columns[at], row: row.row })}
        disabled={row.mended}
        value={cells[at] ?? ''}
        onChange={(event) =>
          onEdit(
            row.row,
            columns.map((_, i) => (i === at ? event.target.value : (cells[i] ?? ''))),
          )
        }
      />
    );
  };
  /** The cell that was bad at first, and the one that is now: it stays where one types, whatever the check says meanwhile. */
  const faulty = (row: Row) =>
    [...new Set([row.column, where(row)])].map((name) => columns.indexOf(name ?? '')).filter((at) => at >= 0);
  const table: TableProps<Row>['columns'] = [
    {
      key: 'row',
      title: t('look.row'),
      dataIndex: 'row',
      align: 'right',
      width: narrow ? 48 : 72,
      fixed: 'left',
    },
    {
      key: 'why',
      title: t('bad.why'),
      width: narrow ? 250 : 260,
      render: (_, row) => (
        <>
          <strong>{where(row)}</strong> {why(row)}
          {narrow &&
            faulty(row).map((at) => (
              <div key={at} className="gx-cell-below">
                {input(row, at)}
              </div>
            ))}
        </>
      ),
    },
    ...columns.map((name, at) => ({
      key: `c${at}`,
      title: name,
      // On a telephone the bad cell is mended below what is wrong with it, and only there.
      render: (_: unknown, row: Row) =>
        narrow && faulty(row).includes(at) ? (edited.get(row.row) ?? row.cells)[at] : input(row, at),
    })),
  ];
  return <ListTable<Row> {...rest} label={t('bad.title')} rowKey="row" columns={table} />;
}
