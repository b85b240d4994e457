import type { Api } from '../../src/api/client';
import { hourOf, salesIn, startOf, weekdayOf } from './sets';
import { DAY, monthOf, SALES, type Sale } from './shop';
import { FULL } from './traits';

const FIRST = new Map(FULL.map((f) => [f.id, f.standing.first ?? Infinity]));
const cents = (value: number) => value.toFixed(2);
type Name =
  | 'revenue'
  | 'orders'
  | 'active_customers'
  | 'new_customers'
  | 'returning_customers'
  | 'repurchase_rate'
  | 'average_order'
  | 'return_rate';

/** One metric of some sales; `from` decides who is new. */
function measure(name: Name, sales: Sale[], from: string): number | null {
  const bought = sales.filter((s) => s.kind === 'sale');
  const ids = new Map<number, number>();
  for (const s of bought) ids.set(s.customer, (ids.get(s.customer) ?? 0) + 1);
  const gross = bought.reduce((sum, s) => sum + s.amount, 0);
  const fresh = [...ids.keys()].filter((id) => (FIRST.get(id) ?? Infinity) >= startOf(from)).length;
  const of: Record<Name, () => number | null> = {
    revenue: () => sales.reduce((sum, s) => sum + s.amount, 0),
    orders: () => bought.length,
    active_customers: () => ids.size,
    new_customers: () => fresh,
    returning_customers: () => ids.size - fresh,
    repurchase_rate: () => (ids.size ? [...ids.values()].filter((n) => n > 1).length / ids.size : null),
    average_order: () => (bought.length ? gross / bought.length : null),
    return_rate: () => (gross ? (gross - sales.reduce((sum, s) => sum + s.amount, 0)) / gross : null),
  };
  return of[name]();
}

type Meta = [Name, string, string, string, string, string];
const META: Meta[] = [
  [
    'revenue',
    'Revenue',
    '净销售额',
    'money',
    'Sales less returns|销售减去退货',
    "sum(amount), kind in ('sale', 'return')",
  ],
  [
    'orders',
    'Orders',
    '订单数',
    'count',
    'Different orders with a sale|有销售的不同订单',
    "count(distinct order_key), kind = 'sale'",
  ],
  [
    'active_customers',
    'Active customers',
    '活跃客户',
    'count',
    'Customers with a sale in the period|期内有购买的客户',
    "count(distinct customer_id), kind = 'sale'",
  ],
  [
    'new_customers',
    'New customers',
    '新客户',
    'count',
    'Customers whose first purchase is in the period|首次购买在期内的客户',
    'customers with first purchase in the period',
  ],
  [
    'returning_customers',
    'Returning customers',
    '回头客',
    'count',
    'Active customers who had bought before|期前已购买过的活跃客户',
    'active customers − new customers',
  ],
  [
    'repurchase_rate',
    'Repurchase rate',
    '复购率',
    'share',
    'Share of active customers with two orders or more|期内下单两次及以上的客户占比',
    'customers with ≥ 2 orders ÷ active customers',
  ],
  [
    'average_order',
    'Average order',
    '平均订单金额',
    'money',
    'Sales before returns per order|每单退货前销售额',
    "sum(amount) ÷ orders, kind = 'sale'",
  ],
  [
    'return_rate',
    'Return rate',
    '退货率',
    'share',
    'Amount of returns by amount of sales|退货金额占销售金额的比例',
    'amount of returns ÷ amount of sales',
  ],
];

const shift = (day: string, days: number) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);

function steps(from: string, to: string): { step: 'day' | 'week' | 'month'; starts: string[] } {
  const length = (Date.parse(to) - Date.parse(from)) / DAY + 1;
  const step = length <= 45 ? 'day' : length <= 190 ? 'week' : 'month';
  const starts: string[] = [];
  for (let at = from; at <= to;) {
    starts.push(at);
    if (step === 'month') {
      const [year = 0, month = 0] = at.split('-').map(Number);
      at = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
    } else at = shift(at, step === 'day' ? 1 : 7);
  }
  return { step, starts };
}

function pieces(from: string, to: string) {
  const { step, starts } = steps(from, to);
  const sales = salesIn(from, to);
  return {
    step,
    parts: starts.map((start, at) => {
      const end = starts[at + 1] ? shift(starts[at + 1] as string, -1) : to;
      const [low, high] = [startOf(start), startOf(end) + DAY];
      return { start, sales: sales.filter((s) => s.time >= low && s.time < high) };
    }),
  };
}

export function before(from: string, to: string, compare: string): Api['Range'] | null {
  if (compare === 'none') return null;
  const length = (Date.parse(to) - Date.parse(from)) / DAY + 1;
  return compare === 'year'
    ? { from: shift(from, -365), to: shift(to, -365) }
    : { from: shift(from, -length), to: shift(from, -1) };
}

export function overview(from: string, to: string, compare: string): Api['Overview'] {
  const other = before(from, to, compare);
  const [now, then] = [pieces(from, to), other && pieces(other.from, other.to)];
  const text = (value: number | null, unit: string) =>
    value === null ? null : unit === 'money' ? cents(value) : String(Math.round(value * 1e4) / 1e4);
  const metrics = META.map(([name, en, zh, unit, about, formula]): Api['Metric'] => {
    const value = measure(name, salesIn(from, to), from);
    const old = other ? measure(name, salesIn(other.from, other.to), other.from) : null;
    const [aboutEn = '', aboutZh = ''] = about.split('|');
    const change = value === null || !old ? null : unit === 'share' ? value - old : (value - old) / Math.abs(old);
    const orders = ['revenue', 'orders', 'average_order', 'return_rate'].includes(name);
    return {
      name,
      label: { en, zh },
      description: { en: aboutEn, zh: aboutZh },
      formula: { en: formula, zh: formula },
      sql: `select ${name === 'revenue' ? 'sum(amount)' : name === 'orders' ? 'count(distinct order_key)' : 'count(distinct customer_id)'}\nfrom order_line\nwhere time >= '${from}' and time < '${to}'`,
      unit,
      value: text(value, unit),
      before: text(old, unit),
      change,
      better: name === 'return_rate' ? 'down' : 'up',
      series: now.parts.map((part, at) => ({
        date: part.start,
        value: text(measure(name, part.sales, part.start), unit),
        before: then
          ? text(measure(name, then.parts[at]?.sales ?? [], then.parts[at]?.start ?? from), unit)
          : undefined,
      })),
      list: orders
        ? { page: 'orders', query: { from, to, ...(name === 'return_rate' && { kind: 'return' }) } }
        : { page: 'customers', query: { within: `metric:${name}@${from}..${to}` } },
    };
  });
  return {
    period: { from, to },
    comparison: other,
    step: now.step,
    currency: 'CNY',
    metrics,
    as_of: new Date().toISOString(),
  };
}

export function cohorts(from: string, to: string): Api['Cohorts'] {
  const last = to.slice(0, 7);
  const months: string[] = [];
  for (
    let at = new Date(`${from.slice(0, 7)}-01T00:00:00Z`);
    at.toISOString().slice(0, 7) <= last;
    at.setUTCMonth(at.getUTCMonth() + 1)
  )
    months.push(at.toISOString().slice(0, 7));
  const list = months.map((month, start): Api['Cohort'] => {
    const ids = new Set(FULL.filter((f) => f.standing.first && monthOf(f.standing.first) === month).map((f) => f.id));
    const rows = months.slice(start).map((m) => SALES.filter((s) => ids.has(s.customer) && monthOf(s.time) === m));
    const revenues = rows.map((sales) => cents(sales.reduce((sum, s) => sum + s.amount, 0)));
    return {
      month,
      size: ids.size,
      revenue: cents(revenues.reduce((sum, r) => sum + Number(r), 0)),
      customers: rows.map((sales) => new Set(sales.filter((s) => s.kind === 'sale').map((s) => s.customer)).size),
      revenues,
    };
  });
  return { currency: 'CNY', months: months.length, cohorts: list.filter((c) => c.size > 0), mean: [] };
}

export function hours(from: string, to: string): Api['Hours'] {
  const cells = new Map<string, { orders: number; revenue: number }>();
  for (const s of salesIn(from, to)) {
    const key = `${weekdayOf(s.time)}-${hourOf(s.time)}`;
    const cell = cells.get(key) ?? { orders: 0, revenue: 0 };
    cells.set(key, { orders: cell.orders + (s.kind === 'sale' ? 1 : 0), revenue: cell.revenue + s.amount });
  }
  return {
    currency: 'CNY',
    cells: [...cells].map(([key, { orders, revenue }]) => {
      const [weekday = 1, hour = 0] = key.split('-').map(Number);
      return { weekday, hour, orders, revenue: cents(revenue) };
    }),
  };
}

export function top(
  from: string,
  to: string,
  compare: string,
  by: 'product' | 'category' | 'store' | 'channel',
  limit: number,
): Api['Top'] {
  interface Sum {
    label: string;
    revenue: number;
    pieces: number;
    orders: Set<number>;
    customers: Set<number>;
  }
  const sum = (range: Api['Range']) => {
    const rows = new Map<string, Sum>();
    for (const s of salesIn(range.from, range.to))
      for (const line of s.lines) {
        const key = by === 'product' ? line.product.code : by === 'category' ? line.product.category : s[by];
        const label = by === 'product' ? line.product.name : key;
        const row = rows.get(key) ?? { label, revenue: 0, pieces: 0, orders: new Set(), customers: new Set() };
        row.revenue += line.amount;
        row.pieces += line.quantity;
        row.orders.add(s.id);
        row.customers.add(s.customer);
        rows.set(key, row);
      }
    return rows;
  };
  const rows = [...sum({ from, to })].sort((a, b) => b[1].revenue - a[1].revenue);
  const other = before(from, to, compare);
  const old = other && sum(other);
  const all = rows.reduce((total, [, row]) => total + row.revenue, 0);
  return {
    currency: 'CNY',
    by,
    rows: rows.slice(0, limit).map(([key, row]) => ({
      key,
      label: row.label,
      revenue: cents(row.revenue),
      before: old?.has(key) ? cents(old.get(key)?.revenue ?? 0) : null,
      orders: row.orders.size,
      customers: row.customers.size,
      pieces: String(row.pieces),
      share: row.revenue / all,
      list: { page: 'customers', query: { within: `bought:${by}/${key}@${from}..${to}` } },
    })),
    others: cents(rows.slice(limit).reduce((total, [, row]) => total + row.revenue, 0)),
  };
}
