import { DAY, dayOf, OF_CUSTOMER, PEOPLE } from './shop';

/** Where a customer stands at a day; the product's rules, simplified. */
export interface Standing {
  id: number;
  recency: number | null;
  frequency: number;
  monetary: number;
  first: number | null;
  last: number | null;
  rhythm: number;
  own: boolean;
  days: number;
  r: number;
  f: number;
  m: number;
  group: string | null;
  tier: string | null;
  stage: string;
}

function group(r: number, f: number, m: number): string {
  const fm = (f + m) / 2;
  if (r >= 4 && fm >= 4) return 'champions';
  if (r >= 5 && f <= 1) return 'new_customers';
  if (r === 4 && f <= 1) return 'promising';
  if (r >= 3 && fm >= 3 && f >= 2) return 'loyal';
  if (r >= 4) return 'potential_loyalists';
  if (r === 3) return fm >= 2 ? 'need_attention' : 'about_to_sleep';
  if (fm >= 4) return 'cannot_lose';
  if (fm >= 2.5) return 'at_risk';
  return r === 2 ? 'hibernating' : 'lost';
}

const limit = (rhythm: number, times: number, least: number, most: number) =>
  Math.min(most, Math.max(least, rhythm * times));

function stage(recency: number | null, rhythm: number, days: number[], frequency: number): string {
  if (recency === null) return 'prospect';
  const tenure = ((days[days.length - 1] ?? 0) - (days[0] ?? 0)) / DAY + recency;
  const lapse = limit(rhythm, 4, 90, 365);
  if (recency > lapse) return 'lapsed';
  if (recency > limit(rhythm, 2, 30, 180)) return 'at_risk';
  const gap = days.length > 1 ? ((days[days.length - 1] ?? 0) - (days[days.length - 2] ?? 0)) / DAY : 0;
  if (gap > lapse) return 'won_back';
  if (days.length <= 1 || tenure <= 30) return 'new';
  return frequency >= 5 && tenure >= 180 ? 'loyal' : 'active';
}

function score(list: Standing[], value: (s: Standing) => number): Map<number, number> {
  const sorted = list.map(value).sort((a, b) => a - b);
  const below = (v: number) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) < v) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return new Map(list.map((s) => [s.id, 1 + Math.floor((5 * below(value(s))) / sorted.length)]));
}

const memory = new Map<string, Standing[]>();

/** Everybody at the end of a day. */
export function standings(until: number): Standing[] {
  const key = dayOf(until);
  const known = memory.get(key);
  if (known) return known;
  const all = PEOPLE.map(({ id }): Standing => {
    const sales = (OF_CUSTOMER.get(id) ?? []).filter((s) => s.time <= until);
    const bought = sales.filter((s) => s.kind === 'sale');
    const days = [...new Set(bought.map((s) => dayOf(s.time)))].map((d) => Date.parse(d));
    const [first, last] = [bought[0]?.time ?? null, bought[bought.length - 1]?.time ?? null];
    const recency = last === null ? null : Math.round((Date.parse(key) - Date.parse(dayOf(last))) / DAY);
    const own = days.length >= 3;
    const rhythm = own ? ((days[days.length - 1] ?? 0) - (days[0] ?? 0)) / DAY / (days.length - 1) : 30;
    return {
      id,
      recency,
      frequency: bought.length,
      monetary: Math.round(sales.reduce((sum, s) => sum + s.amount, 0) * 100) / 100,
      first,
      last,
      rhythm,
      own,
      days: days.length,
      r: 0,
      f: 0,
      m: 0,
      group: null,
      tier: null,
      stage: stage(recency, rhythm, days, bought.length),
    };
  });
  const buyers = all.filter((s) => s.frequency > 0);
  const [r, f, m] = [
    score(buyers, (s) => -(s.recency ?? 0)),
    score(buyers, (s) => s.frequency),
    score(buyers, (s) => s.monetary),
  ];
  const worth = buyers.reduce((sum, s) => sum + Math.max(0, s.monetary), 0);
  let before = 0;
  for (const s of [...buyers].sort((a, b) => b.monetary - a.monetary)) {
    s.tier = s.monetary <= 0 ? 'c' : before < 0.8 * worth ? 'a' : before < 0.95 * worth ? 'b' : 'c';
    before += Math.max(0, s.monetary);
    Object.assign(s, { r: r.get(s.id), f: f.get(s.id), m: m.get(s.id) });
    s.group = group(s.r, s.f, s.m);
  }
  memory.set(key, all);
  return all;
}

export const placeOf = (s: Standing, by: string): string =>
  by === 'stage' ? (s.frequency === 0 ? 'none' : s.stage) : ((by === 'group' ? s.group : s.tier) ?? 'outside');
