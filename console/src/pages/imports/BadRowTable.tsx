import { Input, type TableProps } from 'antd';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';
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
  const table: TableProps<Row>['columns'] = [
    { key: 'row', title: t('look.row'), dataIndex: 'row', align: 'right', width: 72, fixed: 'left' },
    {
      key: 'why',
      title: t('bad.why'),
      width: 260,
      render: (_, row) => (
        <>
          <strong>{where(row)}</strong> {why(row)}
        </>
      ),
    },
    ...columns.map((name, at) => ({
      key: `c${at}`,
      title: name,
      render: (_: unknown, row: Row) => {
        const cells = edited.get(row.row) ?? row.cells;
        return (
          <Input
            size="small"
            className="gx-cell"
            variant={where(row) === name ? 'outlined' : 'filled'}
            status={where(row) === name && !row.mended ? 'error' : undefined}
            aria-label={t('bad.cell', { column: name, row: row.row })}
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
      },
    })),
  ];
  return <ListTable<Row> {...rest} label={t('bad.title')} rowKey="row" columns={table} />;
}
