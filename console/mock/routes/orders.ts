import type { Api } from '../../src/api/client';
import { salesIn } from '../data/sets';
import { OF_CUSTOMER, PEOPLE, SALES, dayOf, type Sale } from '../data/shop';
import type { Full } from '../data/traits';
import { find, paged, type Routes } from '../http';

const cents = (value: number) => value.toFixed(2);
const number = (sale: Sale) =>
  `${sale.kind === 'return' ? 'T' : 'S'}${dayOf(sale.time).replaceAll('-', '')}${String(sale.id % 10000).padStart(4, '0')}`;

export function order(sale: Sale, lines: boolean): Api['Order'] {
  const bought = sale.of
    ? (OF_CUSTOMER.get(sale.customer) ?? []).find((s) => s.time === sale.of && s.kind === 'sale')
    : undefined;
  return {
    id: `ord_${sale.id}`,
    order_id: number(sale),
    customer: `cus_${sale.customer}`,
    customer_name: PEOPLE[sale.customer - 1]?.name,
    time: new Date(sale.time).toISOString(),
    kind: sale.kind,
    amount: cents(sale.amount),
    currency: 'CNY',
    pieces: String(sale.lines.reduce((sum, line) => sum + line.quantity, 0)),
    line_count: sale.lines.length,
    store: sale.store,
    channel: sale.channel,
    device: sale.channel === '门店' ? null : 'mobile',
    coupon: null,
    return_of: bought ? [{ order_id: number(bought), time: new Date(bought.time).toISOString() }] : [],
    lines: lines
      ? sale.lines.map((line, at) => ({
          line_no: at,
          kind: sale.kind,
          product: line.product.code,
          product_name: line.product.name,
          category: line.product.category,
          quantity: String(line.quantity),
          unit_price: cents(line.product.price),
          discount: line.discount ? cents(line.discount) : null,
          amount: cents(line.amount),
        }))
      : undefined,
  };
}

/** What happened to a customer, newest first. */
export function entries(full: Full, kind: string | null): Api['Entry'][] {
  const list = (OF_CUSTOMER.get(full.id) ?? []).map((sale): Api['Entry'] => {
    const what = order(sale, true);
    const names = sale.lines.map((line) => line.product.name).join('、');
    return {
      id: what.id,
      at: what.time,
      kind: sale.kind === 'sale' ? 'order' : 'return',
      text:
        sale.kind === 'sale'
          ? { en: `Bought ${names}`, zh: `购买 ${names}` }
          : { en: `Returned ${names}`, zh: `退回 ${names}` },
      order: what,
    };
  });
  const moved: Api['Entry'] = {
    id: 'moved_1',
    at: '2026-10-31T02:00:00Z',
    kind: 'moved',
    text: { en: 'Now in the group of the last run', zh: '进入最近一次运行的分组' },
  };
  return [moved, ...list.reverse()].filter((entry) => !kind || entry.kind === kind);
}

export const orders: Routes = {
  'GET /orders': ({ query }) => {
    const list = salesIn(query.get('from') ?? '2024-11-01', query.get('to') ?? '2026-10-31')
      .filter(
        (s) =>
          (!query.get('customer') || query.get('customer') === `cus_${s.customer}`) &&
          (!query.get('kind') || s.kind === query.get('kind')) &&
          (!query.get('store') || s.store === query.get('store')) &&
          (!query.get('product') || s.lines.some((l) => l.product.code === query.get('product'))),
      )
      .reverse();
    const sort = query.get('sort') ?? '-time';
    if (sort === 'time') list.reverse();
    if (sort.endsWith('amount')) list.sort((a, b) => (sort === 'amount' ? a.amount - b.amount : b.amount - a.amount));
    const sum = { amount: cents(list.reduce((total, s) => total + s.amount, 0)), currency: 'CNY' };
    return { ...paged(list, query), items: paged(list, query).items.map((s) => order(s, false)), sum };
  },
  'GET /orders/{id}': ({ path }) =>
    order(
      find(SALES, (s) => `ord_${s.id}` === path.id, path.id ?? ''),
      true,
    ),
};
