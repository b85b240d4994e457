import type { Api } from '../../src/api/client';
import { readFilter } from '../../src/table/filters';
import { labelOf } from '../data/places';
import { DAY, END, PEOPLE } from '../data/shop';
import { withinSet } from '../data/sets';
import { COLUMNS, FULL, TRAITS, type Full } from '../data/traits';
import { begun, find, paged, Refused, tagged, type Routes } from '../http';
import { explain, sentences } from './explain';
import { start } from './jobs';
import { entries } from './orders';

const id = (full: Full) => `cus_${full.id}`;
const get = (wanted: string | undefined) => find(FULL, (full) => id(full) === wanted, wanted ?? 'the customer');
const number = (value: unknown) =>
  typeof value === 'number' ? value : /^-?\d+(\.\d+)?$/.test(String(value)) ? Number(value) : null;

function fits(full: Full, text: string, at: number): boolean {
  const filter = readFilter(text);
  const column = COLUMNS.find((c) => c.name === filter?.column);
  if (!filter || !column)
    throw new Refused(400, 'invalid_argument', `"${text}" is not a filter`, {
      hint: 'write field:operator:value, such as monetary:ge:1000',
      fields: [{ field: `filter[${at}]`, message: 'does not read' }],
    });
  const value = full.values[filter.column];
  if (filter.op === 'known') return (value !== null && value !== undefined) === (filter.value === 'yes');
  if (value === null || value === undefined) return false;
  const [a, b] = [number(value) ?? String(value), number(filter.value) ?? filter.value];
  const tests = {
    eq: () => a === b,
    ne: () => a !== b,
    in: () => filter.value.split(',').includes(String(value)),
    has: () => String(value).toLowerCase().includes(filter.value.toLowerCase()),
    ge: () => a >= b,
    le: () => a <= b,
    gt: () => a > b,
    lt: () => a < b,
    within: () => Date.parse(String(value)) > END - parseInt(filter.value, 10) * DAY,
    known: () => true,
  };
  return tests[filter.op]();
}

function search(query: URLSearchParams): { list: Full[]; within?: Api['Within'] } {
  const q = query.get('q')?.trim().toLowerCase();
  const text = query.get('within');
  const set = text ? withinSet(text) : null;
  if (text && !set)
    throw new Refused(400, 'invalid_argument', `"${text}" is not a set of customers`, {
      hint: 'open the list from its number again',
    });
  const filters = query.getAll('filter');
  const list = FULL.filter(
    (full) =>
      (!set || set.ids.has(full.id)) &&
      (!q ||
        ['name', 'phone', 'email', 'card'].some((key) =>
          String(full.values[key] ?? '')
            .toLowerCase()
            .includes(q),
        )) &&
      filters.every((filter, at) => fits(full, filter, at)),
  );
  const sort = query.get('sort') ?? '-monetary';
  const [key, sign] = [sort.replace(/^-/, ''), sort.startsWith('-') ? -1 : 1];
  const rank = (full: Full) => number(full.values[key]) ?? (full.values[key] as string | null);
  list.sort((x, y) => {
    const [a, b] = [rank(x), rank(y)];
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return sign * (typeof a === 'string' ? a.localeCompare(String(b), 'zh') : a - Number(b));
  });
  return { list, within: text && set ? { text, label: set.label, customers: set.ids.size } : undefined };
}

const SORTED = new Map(
  TRAITS.map(([name]) => [
    name,
    FULL.map((f) => number(f.values[name]))
      .filter((v): v is number => v !== null)
      .sort((a, b) => a - b),
  ]),
);
function percentile(name: string, value: unknown): number | null {
  const own = number(value);
  const all = SORTED.get(name) ?? [];
  return own === null || all.length === 0 ? null : all.filter((v) => v < own).length / all.length;
}

function customer(full: Full): Api['Customer'] {
  const { standing: s, values: v } = full;
  const person = PEOPLE[full.id - 1];
  const named = (by: string, name: string) => ({ name, label: labelOf(by, name) });
  const missing = ['email', 'birthday'].filter((key) => !v[key]);
  return {
    id: id(full),
    name: person?.name,
    masked: false,
    identities: [
      { kind: 'card', label: { en: 'Card', zh: '会员卡' }, value: String(v.card), verified: false },
      { kind: 'phone', label: { en: 'Phone', zh: '手机号' }, value: String(v.phone), verified: false },
      ...(v.email
        ? [{ kind: 'email', label: { en: 'E-mail', zh: '邮箱' }, value: String(v.email), verified: false }]
        : []),
    ],
    attributes: COLUMNS.filter((c) => c.kind === 'attribute').map((c) => ({
      name: c.name,
      label: c.label,
      unit: c.unit,
      value: v[c.name],
      shown: c.options?.find((o) => o.value === v[c.name])?.label,
      personal: c.personal,
    })),
    traits: TRAITS.map(([name, label, unit, description]) => ({
      name,
      label,
      unit,
      description,
      value: v[name],
      percentile: percentile(name, v[name]),
    })),
    sentences: sentences(full),
    place: {
      as_of: '2026-10-31',
      group: s.group ? named('group', s.group) : null,
      tier: s.tier ? named('tier', s.tier) : null,
      stage: named('stage', s.stage),
      scores: s.r ? { r: s.r, f: s.f, m: s.m, bins: [5, 5, 5], score: Number(v.score) } : null,
      action: { en: 'Personal care: invite to the members’ evening', zh: '专属服务：邀请参加会员之夜' },
      stale: false,
    },
    quality: {
      score: 1 - missing.length * 0.12,
      issues: missing.map((field) => ({
        field,
        check: 'complete',
        severity: 'warning',
        text:
          field === 'email'
            ? { en: 'The e-mail address is missing', zh: '缺少邮箱' }
            : { en: 'The birthday is missing', zh: '缺少生日' },
      })),
    },
    currency: 'CNY',
    first_seen: s.first ? new Date(s.first).toISOString() : null,
    last_seen: s.last ? new Date(s.last).toISOString() : null,
    created_at: '2026-10-01T02:00:00Z',
    updated_at: '2026-10-31T02:00:00Z',
    import: 'imp_1',
    etag: '"v1"',
  };
}

export const customers: Routes = {
  'GET /customers': ({ query }) => {
    const { list, within } = search(query);
    const columns = (query.get('columns') ?? '').split(',').filter(Boolean);
    const rows = list.map((full) => ({
      id: id(full),
      name: PEOPLE[full.id - 1]?.name,
      values: Object.fromEntries(columns.map((name) => [name, full.values[name] ?? null])),
    }));
    return { ...paged(rows, query), within, currency: 'CNY', masked: false };
  },
  'GET /customers/columns': () => COLUMNS,
  'POST /customers/exports': ({ body }) => begun(start('export.customers', { file: `customers.${body.format}` })),
  'GET /customers/{id}': ({ path }) => customer(get(path.id)),
  'PATCH /customers/{id}': ({ path, body }) => {
    const full = get(path.id);
    const person = PEOPLE[full.id - 1];
    if (body.name && person) full.values.name = person.name = body.name;
    Object.assign(full.values, body.attributes);
    return tagged('"v2"', { ...customer(full), etag: '"v2"' });
  },
  'DELETE /customers/{id}': ({ path }) => begun(start('customer.erase', { object: path.id })),
  'GET /customers/{id}/explanation': ({ path }) => explain(get(path.id)),
  'GET /customers/{id}/timeline': ({ path, query }) => paged(entries(get(path.id), query.get('kind')), query),
  'GET /customers/{id}/traits/{name}': ({ path }): Api['TraitExplanation'] => {
    const full = get(path.id);
    const text = (value: unknown) => (value == null ? null : String(value));
    const [name, , , about, formula] = find(TRAITS, ([one]) => one === path.name, path.name ?? '');
    return {
      name,
      formula,
      condition: "kind = 'sale'",
      window: { en: 'all: to 2026-10-31 23:59:59', zh: 'all：至 2026-10-31 23:59:59' },
      as_of: new Date(END).toISOString(),
      value: text(full.values[name]),
      parts: [{ text: about, value: text(full.values[name]), lines: full.standing.frequency * 2 }],
      sql: `select ${formula}\nfrom order_line\nwhere customer_id = ${full.id} and kind = 'sale'`,
    };
  },
  'GET /search': ({ query }): Api['SearchResult'] => {
    const q = (query.get('q') ?? '').toLowerCase();
    const { list } = search(new URLSearchParams({ q }));
    const segments = COLUMNS.filter((c) => c.kind === 'segment').flatMap((c) =>
      (c.options ?? [])
        .filter((o) => o.label.en.toLowerCase().includes(q) || o.label.zh.includes(q))
        .map((o) => ({
          dimension:
            c.name === 'rfm_group'
              ? ('group' as const)
              : c.name === 'value_tier'
                ? ('tier' as const)
                : ('stage' as const),
          name: o.value,
          label: o.label,
          customers: FULL.filter((f) => f.values[c.name] === o.value).length,
        })),
    );
    return {
      customers: list.slice(0, 6).map((full) => ({
        id: id(full),
        name: String(full.values.name),
        matched: 'name',
        identities: [String(full.values.phone)],
        group: full.standing.group ? { name: full.standing.group, label: labelOf('group', full.standing.group) } : null,
      })),
      segments: segments.slice(0, 4),
      questions: [],
    };
  },
};
