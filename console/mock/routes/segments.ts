import type { Api } from '../../src/api/client';
import { GROUPS, labelOf, STAGES, TIERS } from '../data/places';
import { placeOf, standings, type Standing } from '../data/segment';
import { endOf } from '../data/sets';
import { END, PEOPLE } from '../data/shop';
import { begun, paged, Refused, tagged, type Routes } from '../http';
import { start } from './jobs';

const MONTHS = [
  '2025-12-31',
  '2026-01-31',
  '2026-02-28',
  '2026-03-31',
  '2026-04-30',
  '2026-05-31',
  '2026-06-30',
  '2026-07-31',
  '2026-08-31',
  '2026-09-30',
  '2026-10-31',
];
const worth = (list: Standing[]) => list.reduce((sum, s) => sum + s.monetary, 0);

function counts(by: 'group' | 'tier' | 'stage'): Api['PlaceCount'][] {
  const rules = by === 'group' ? GROUPS : by === 'tier' ? TIERS : STAGES;
  const now = standings(END);
  const all = now.filter((s) => s[by] !== null);
  const total = worth(all);
  return rules.map((rule) => {
    const own = all.filter((s) => s[by] === rule.name);
    const trend = MONTHS.map((day) => standings(endOf(day)).filter((s) => s[by] === rule.name).length);
    return {
      name: rule.name,
      label: rule.label,
      description: rule.description,
      action: rule.action,
      condition: rule.when,
      customers: own.length,
      share: own.length / all.length,
      revenue: worth(own).toFixed(2),
      revenue_share: worth(own) / total,
      mean: own.length ? (worth(own) / own.length).toFixed(2) : null,
      before: trend[trend.length - 2],
      trend,
    };
  });
}

const row = {
  id: 'run_7',
  as_of: '2026-10-31',
  made_at: new Date(Date.now() - 5_400_000).toISOString(),
  made_by: 'Anna Li',
  window: 'all',
};
const run = (): Api['Run'] => ({
  ...row,
  customers: PEOPLE.length,
  buyers: standings(END).filter((s) => s.frequency > 0).length,
  currency: 'CNY',
  groups: counts('group'),
  tiers: counts('tier'),
  stages: counts('stage'),
  months: MONTHS,
  notes: [],
  stale: false,
});

function grid(x: Api['Grid']['x']): Api['Grid'] {
  const buyers = standings(END).filter((s) => s.r > 0);
  const across = (s: Standing) => (x === 'f' ? s.f : x === 'm' ? s.m : Math.round((s.f + s.m) / 2));
  const cells: Api['GridCell'][] = [];
  for (let r = 1; r <= 5; r++)
    for (let f = 1; f <= 5; f++) {
      const own = buyers.filter((s) => s.r === r && across(s) === f);
      const names = own.map((s) => s.group);
      const group = names.sort((a, b) => names.filter((n) => n === b).length - names.filter((n) => n === a).length)[0];
      cells.push({ r, f, customers: own.length, revenue: worth(own).toFixed(2), group });
    }
  const bounds = (score: (s: Standing) => number, value: (s: Standing) => number): Api['Bound'][] =>
    [1, 2, 3, 4, 5].map((at) => {
      const own = buyers.filter((s) => score(s) === at).map(value);
      return own.length ? { least: String(Math.min(...own)), greatest: String(Math.max(...own)) } : {};
    });
  return {
    x,
    bins: 5,
    y_bounds: bounds(
      (s) => s.r,
      (s) => s.recency ?? 0,
    ),
    x_bounds: bounds(across, (s) => (x === 'f' ? s.frequency : s.monetary)),
    cells,
  };
}

function moves(by: Api['Flows']['by'], from: string, to: string): Api['Flows'] {
  const before = new Map(standings(endOf(from)).map((s) => [s.id, s]));
  const sums = new Map<string, { customers: number; revenue: number }>();
  for (const s of standings(endOf(to))) {
    const old = before.get(s.id);
    const key = `${old ? placeOf(old, by) : 'none'}/${placeOf(s, by)}`;
    const sum = sums.get(key) ?? { customers: 0, revenue: 0 };
    sums.set(key, { customers: sum.customers + 1, revenue: sum.revenue + s.monetary });
  }
  const flows = [...sums].map(([key, sum]): Api['Flow'] => {
    const [a = '', b = ''] = key.split('/');
    return {
      from: a,
      to: b,
      customers: sum.customers,
      revenue: sum.revenue.toFixed(2),
      list: { page: 'customers', query: { within: `move:${by}/${a}/${b}@${from}..${to}` } },
    };
  });
  const kept = flows.filter((f) => f.from !== 'none' || f.to !== 'none');
  const rules = by === 'group' ? GROUPS : by === 'tier' ? TIERS : STAGES;
  const names = [...rules.map((rule) => rule.name), 'outside', 'none'];
  const count = (side: 'from' | 'to', name: string) =>
    kept.filter((f) => f[side] === name).reduce((n, f) => n + f.customers, 0);
  return {
    by,
    from,
    to,
    currency: 'CNY',
    places: names
      .map((name) => ({ name, label: labelOf(by, name), from: count('from', name), to: count('to', name) }))
      .filter((place) => place.from + place.to > 0),
    flows: kept,
  };
}

const DEFAULT: Api['SegmentSettings'] = {
  rfm: { window: 'all', bins: 5, bounds: {}, weights: { recency: 1, frequency: 1, monetary: 1 } },
  groups: GROUPS,
  value: { method: 'pareto', tiers: TIERS.map(({ name, label, share }) => ({ name, label, share })) },
  lifecycle: {
    default_rhythm_days: 30,
    limits: [
      { name: 'quiet', rhythms: 2, min_days: 30, max_days: 180 },
      { name: 'lapse', rhythms: 4, min_days: 90, max_days: 365 },
    ],
    stages: STAGES,
  },
};
let rules = structuredClone(DEFAULT);
let version = 1;

function check(body: Api['SegmentSettings']) {
  body.groups.forEach((rule, at) => {
    if (
      rule.when &&
      !/^((r|f|m|fm) (>=|<=|=|<|>|<>) [\d.]+)( (and|or) (r|f|m|fm) (>=|<=|=|<|>|<>) [\d.]+)*$/.test(rule.when)
    )
      throw new Refused(422, 'invalid_config', `the rule of "${rule.name}" does not read`, {
        hint: 'write for example r >= 4 and fm >= 4',
        fields: [{ field: `groups[${at}].when`, message: 'does not read; write for example r >= 4 and fm >= 4' }],
      });
  });
}

export const segments: Routes = {
  'GET /segments/runs': ({ query }) => {
    const one = { ...row, customers: PEOPLE.length, buyers: run().buyers };
    return paged(
      [
        one,
        { ...one, id: 'run_6', as_of: '2026-09-30', made_at: '2026-10-01T01:30:00Z' },
        { ...one, id: 'run_5', as_of: '2026-08-31', made_at: '2026-09-01T01:30:00Z', made_by: 'system' },
      ],
      query,
    );
  },
  'POST /segments/runs': () => begun(start('segment.run', { object: 'run_8' })),
  'GET /segments/runs/{id}': () => run(),
  'GET /segments/runs/{id}/grid': ({ query }) => grid((query.get('x') ?? 'f') as Api['Grid']['x']),
  'GET /segments/moves': ({ query }) =>
    moves(query.get('by') as Api['Flows']['by'], query.get('from') ?? '', query.get('to') ?? ''),
  'GET /segments/settings': () => tagged(`"v${version}"`, rules),
  'GET /segments/settings/default': () => DEFAULT,
  'PUT /segments/settings': ({ body }) => {
    check(body);
    rules = body;
    return tagged(`"v${++version}"`, rules);
  },
  'POST /segments/settings/preview': ({ body }): Api['SettingsPreview'] => {
    check(body);
    const places = counts('group');
    const step = Math.abs(body.rfm.bins - 5) * 9 + 23;
    const moved = places.slice(0, 4).reduce((sum, place) => sum + Math.min(step, place.customers), 0);
    return {
      shifts: places.slice(0, 6).map((place, at) => ({
        dimension: 'group',
        name: place.name,
        label: place.label,
        before: place.customers,
        after: Math.max(0, place.customers + (at % 2 ? step : -step)),
      })),
      moved,
      customers: PEOPLE.length,
      samples: [3, 14, 27].map((id) => ({
        customer: `cus_${id}`,
        name: PEOPLE[id - 1]?.name,
        dimension: 'group',
        from: labelOf('group', 'champions'),
        to: labelOf('group', 'loyal'),
      })),
      took_ms: 84,
    };
  },
};
