import { Tag, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ComponentProps } from 'react';
import type { Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useNarrow } from '../../hooks/useNarrow';
import { to } from '../../paths';
import { ListTable } from '../../table/ListTable';
import { useCode } from '../../ui/useCode';
import { OrderLines } from './OrderLines';

type Order = Api['Order'];
export const ORDER_SORTS = ['-time', 'time', '-amount', 'amount'] as const;
type Sort = (typeof ORDER_SORTS)[number];

interface Props extends Pick<ComponentProps<typeof ListTable<Order>>, 'query' | 'rows' | 'total' | 'empty'> {
  withCustomer?: boolean;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** The largest and the latest first; a further click turns it round and never ends in no order. */
const ROUND: ('ascend' | 'descend')[] = ['descend', 'ascend', 'descend'];

/** Orders, each opens to its lines. */
export function OrderTable({ withCustomer, sort, onSort, ...rest }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useCode();
  // On a telephone the amount is what one wants to see without moving the table.
  const narrow = useNarrow();
  const customer = (o: Order) =>
    o.customer ? (
      // Opens the customer, not the order below the row.
      <Link to={to.customer(o.customer)} onClick={(event) => event.stopPropagation()}>
        {o.customer_name ?? o.customer}
      </Link>
    ) : (
      <span className="gx-faint">{t('orders.nobody')}</span>
    );
  const sorted = (key: 'time' | 'amount') => ({
    key,
    sorter: true,
    sortDirections: ROUND,
    sortOrder: sort === key ? ('ascend' as const) : sort === `-${key}` ? ('descend' as const) : null,
  });
  const columns: TableProps<Order>['columns'] = [
    ...(narrow
      ? []
      : [{ ...sorted('time'), title: t('orders.time'), render: (_: unknown, o: Order) => format.time(o.time) }]),
    {
      // Customer and time stand under the number there.
      ...(narrow ? sorted('time') : { key: 'order' }),
      title: t('orders.order'),
      render: (_, o) => (
        <>
          {o.order_id}{' '}
          {o.kind !== 'sale' && (
            <Tag color={o.kind === 'return' ? 'volcano' : 'gold'}>{t(`orders.kinds.${o.kind}`)}</Tag>
          )}
          {narrow && withCustomer && <div>{customer(o)}</div>}
          {narrow && <div className="gx-faint gx-small">{format.time(o.time)}</div>}
        </>
      ),
    },
    ...(withCustomer && !narrow
      ? [{ key: 'customer', title: t('orders.customer'), render: (_: unknown, o: Order) => customer(o) }]
      : []),
    {
      ...sorted('amount'),
      title: t('orders.amount'),
      align: 'right',
      render: (_, o) => format.money(o.amount, o.currency),
    },
    { key: 'lines', title: t('orders.lines'), align: 'right', render: (_, o) => format.int(o.line_count) },
    { key: 'pieces', title: t('orders.pieces'), align: 'right', render: (_, o) => format.decimal(o.pieces, 2) },
    { key: 'store', title: t('orders.store'), render: (_, o) => o.store ?? '–' },
    { key: 'channel', title: t('orders.channel'), render: (_, o) => (o.channel ? word('channel', o.channel) : '–') },
  ];
  return (
    <ListTable<Order>
      {...rest}
      label={t('orders.title')}
      rowKey="id"
      columns={columns}
      rowClassName="gx-row-link"
      onChange={(_, __, sorter) => {
        const one = Array.isArray(sorter) ? sorter[0] : sorter;
        const wanted = `${one?.order === 'descend' ? '-' : ''}${String(one?.columnKey)}`;
        onSort(ORDER_SORTS.find((name) => name === wanted) ?? ORDER_SORTS[0]);
      }}
      expandable={{
        columnTitle: <span className="gx-hidden">{t('orders.lines')}</span>,
        expandRowByClick: true,
        columnWidth: narrow ? 32 : undefined,
        expandedRowRender: (order) => <OrderLines id={order.id} />,
      }}
    />
  );
}
