import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { to } from '../../paths';
import { ListTable } from '../../table/ListTable';

interface Row {
  at: number;
  cells: unknown[];
}

interface Props extends Pick<ComponentProps<typeof ListTable<Row>>, 'query' | 'total' | 'empty'> {
  columns: Api['ResultColumn'][];
  rows: unknown[][];
  /** Which columns in which order, by what names; all as they come unless told. */
  shown?: ShownColumn[];
}

export interface ShownColumn {
  /** Its place among the columns. */
  at: number;
  title: string;
  /** Instead of the bare value. */
  render?: (cells: unknown[]) => ReactNode;
}

/** Rows of any shape. */
export function ResultTable({ columns, rows, shown, ...rest }: Props) {
  const { t } = useTranslation();
  const cell = useCell();
  const wanted = shown ?? columns.map((column, at): ShownColumn => ({ at, title: column.name }));
  const list = wanted.flatMap((one) => {
    const column = columns[one.at];
    return column ? [{ ...one, column }] : [];
  });
  return (
    <ListTable<Row>
      {...rest}
      label={t('data.rows')}
      rowKey="at"
      rows={rows.map((cells, at) => ({ at, cells }))}
      columns={list.map(({ at, column, title, render }) => ({
        key: String(at),
        title,
        align: isNumber(column) ? 'right' : undefined,
        ellipsis: list.length > 6 ? { showTitle: true } : false,
        render: (_, row) => render?.(row.cells) ?? cell(row.cells[at], column),
      }))}
    />
  );
}

/** Whether a column holds numbers. */
export function isNumber(column: Api['ResultColumn']): boolean {
  return /int|decimal|float|double/.test(column.type);
}

const CUSTOMER = /^cus_\w+$/;

function useCell() {
  const format = useFormat();
  return (value: unknown, column: Api['ResultColumn']) => {
    if (value === null || value === undefined) return <span className="gx-faint">–</span>;
    if (typeof value === 'string' && CUSTOMER.test(value)) return <Link to={to.customer(value)}>{value}</Link>;
    if (column.type === 'time') return format.time(String(value));
    if (column.type === 'date') return format.day(String(value));
    // Ids and years are numbers that no one wants grouped.
    if (isNumber(column) && !/(_id|_key|year|hash)$/.test(column.name)) return format.decimal(String(value), 4);
    return String(value);
  };
}
