import type { Api } from '../../src/api/client';
import { labelOf } from './places';
import { placeOf, standings } from './segment';
import { DAY, monthOf, OFFSET, SALES, type Sale } from './shop';
import { FULL } from './traits';

/** The first and the last instant of days of the business. */
export const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`) - OFFSET;
export const endOf = (day: string) => startOf(day) + DAY - 1;

export function salesIn(from: string, to: string): Sale[] {
  const [low, high] = [startOf(from), endOf(to)];
  return SALES.filter((s) => s.time >= low && s.time <= high);
}

const METRICS: Record<string, Api['Text']> = {
  active_customers: { en: 'Active customers', zh: '活跃客户' },
  new_customers: { en: 'New customers', zh: '新客户' },
  returning_customers: { en: 'Returning customers', zh: '回头客' },
  repurchase_rate: { en: 'Bought at least twice', zh: '复购客户' },
};

/** Customers a metric counts. */
export function metricSet(name: string, from: string, to: string): Set<number> {
  const bought = salesIn(from, to).filter((s) => s.kind === 'sale');
  const first = new Map(FULL.map((f) => [f.id, f.standing.first ?? Infinity]));
  const orders = new Map<number, number>();
  for (const s of bought) orders.set(s.customer, (orders.get(s.customer) ?? 0) + 1);
  const isNew = (id: number) => (first.get(id) ?? Infinity) >= startOf(from);
  const ids = [...orders.keys()];
  if (name === 'new_customers') return new Set(ids.filter(isNew));
  if (name === 'returning_customers') return new Set(ids.filter((id) => !isNew(id)));
  if (name === 'repurchase_rate') return new Set(ids.filter((id) => (orders.get(id) ?? 0) > 1));
  return new Set(ids);
}

export const weekdayOf = (time: number) => new Date(time + OFFSET).getUTCDay() || 7;
export const hourOf = (time: number) => new Date(time + OFFSET).getUTCHours();

/** Reads `within`; null when it does not read. */
export function withinSet(text: string): { ids: Set<number>; label: Api['Text'] } | null {
  const [head = '', range = ''] = text.split('@');
  const [from = '', to = ''] = range.split('..');
  const [kind, rest = ''] = [head.split(':')[0], head.split(':').slice(1).join(':')];
  const days = range ? ` · ${from} – ${to}` : '';
  const both = (label: Api['Text']) => ({ en: label.en + days, zh: label.zh + days });
  const of = (test: (f: (typeof FULL)[number]) => boolean) => new Set(FULL.filter(test).map((f) => f.id));
  if (kind === 'metric')
    return { ids: metricSet(rest, from, to), label: both(METRICS[rest] ?? { en: rest, zh: rest }) };
  if (kind === 'group' || kind === 'tier' || kind === 'stage')
    return { ids: of((f) => f.standing[kind] === rest), label: labelOf(kind, rest) };
  if (kind === 'cell') {
    const [cell = '', axis = 'f'] = rest.split('/');
    const [r, x] = cell.split('-').map(Number);
    const value = ({ f, m }: { f: number; m: number }) =>
      axis === 'm' ? m : axis === 'fm' ? Math.round((f + m) / 2) : f;
    const label = `R ${r} · ${axis.toUpperCase()} ${x}`;
    return {
      ids: of((f) => f.standing.r === r && value(f.standing) === x),
      label: { en: `Cell ${label}`, zh: `单元格 ${label}` },
    };
  }
  if (kind === 'cohort') {
    const [month = '', offset] = rest.split('/');
    const base = of((f) => f.standing.first !== null && monthOf(f.standing.first) === month);
    if (offset === undefined || offset === '0')
      return { ids: base, label: { en: `First bought in ${month}`, zh: `${month} 首次购买` } };
    const later = new Date(`${month}-01T00:00:00Z`);
    later.setUTCMonth(later.getUTCMonth() + Number(offset));
    const wanted = later.toISOString().slice(0, 7);
    const back = new Set(
      SALES.filter((s) => s.kind === 'sale' && base.has(s.customer) && monthOf(s.time) === wanted).map(
        (s) => s.customer,
      ),
    );
    return {
      ids: back,
      label: { en: `First bought in ${month}, again in ${wanted}`, zh: `${month} 首购，${wanted} 再次购买` },
    };
  }
  if (kind === 'move') {
    const [by = 'stage', a = '', b = ''] = rest.split('/');
    const before = new Map(standings(endOf(from)).map((s) => [s.id, placeOf(s, by)]));
    const ids = new Set(
      standings(endOf(to))
        .filter((s) => placeOf(s, by) === b && before.get(s.id) === a)
        .map((s) => s.id),
    );
    const [x, y] = [labelOf(by, a), labelOf(by, b)];
    return { ids, label: both({ en: `${x.en} → ${y.en}`, zh: `${x.zh} → ${y.zh}` }) };
  }
  if (kind === 'hour') {
    const [day, hour] = rest.split('-').map(Number);
    const ids = new Set(
      salesIn(from, to)
        .filter((s) => weekdayOf(s.time) === day && hourOf(s.time) === hour)
        .map((s) => s.customer),
    );
    const words = ['一', '二', '三', '四', '五', '六', '日'][(day ?? 1) - 1];
    return { ids, label: both({ en: `Bought on weekday ${day} at ${hour} h`, zh: `周${words} ${hour} 点购买` }) };
  }
  if (kind === 'bought') {
    const [field = '', key = ''] = rest.split('/');
    const fits = (s: Sale) =>
      field === 'store' || field === 'channel'
        ? s[field] === key
        : s.lines.some((l) => (field === 'product' ? l.product.code : l.product.category) === key);
    return {
      ids: new Set(
        salesIn(from, to)
          .filter(fits)
          .map((s) => s.customer),
      ),
      label: both({ en: `Bought ${key}`, zh: `购买过 ${key}` }),
    };
  }
  return null;
}
