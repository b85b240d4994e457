import type { Api } from './api/client';

type Value = string | number | undefined | null | string[];
type Query = Record<string, Value>;

/** Adds a query to a path; empty values are left out, lists are repeated. */
export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) value.forEach((one) => params.append(name, one));
    else if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

export type SegmentView = 'rfm' | 'value' | 'lifecycle' | 'moves' | 'runs' | 'rules';
export type SettingsSection = 'business' | 'users' | 'roles' | 'keys' | 'audit' | 'backups' | 'health';
export type CustomerTab = 'profile' | 'timeline' | 'orders' | 'why' | 'quality' | 'audit';

/** Every link of the console. */
export const to = {
  overview: (query?: Query) => withQuery('/', query),
  orders: (query?: Query) => withQuery('/orders', query),
  customers: (query?: Query) => withQuery('/customers', query),
  customer: (id: string, tab?: CustomerTab) => withQuery(`/customers/${id}`, { tab }),
  segments: (view: SegmentView = 'rfm', query?: Query) => withQuery(`/segments/${view}`, query),
  imports: () => '/imports',
  importNew: (query?: Query) => withQuery('/imports/new', query),
  import: (id: string) => `/imports/${id}`,
  badRows: (id: string, query?: Query) => withQuery(`/imports/${id}/bad-rows`, query),
  data: () => '/data',
  table: (name: string, tab?: 'rows') => withQuery(`/data/tables/${name}`, { tab }),
  quality: () => '/data/quality',
  check: (name: string) => `/data/quality/${name}`,
  sql: (query?: Query) => withQuery('/sql', query),
  jobs: (query?: Query) => withQuery('/jobs', query),
  settings: (section: SettingsSection = 'business', query?: Query) => withQuery(`/settings/${section}`, query),
  account: () => '/account',
  login: (next?: string) => withQuery('/login', { next }),
  /** The list behind a number. */
  list: ({ page, query: { from, to: until, ...rest } }: Api['ListLink']) =>
    withQuery(page === 'orders' ? '/orders' : '/customers', { period: from && until && `${from}..${until}`, ...rest }),
};

/** Files come from the server itself, not from a page. */
export const files = {
  ofJob: (id: string) => `/api/v1/jobs/${id}/file`,
  /** A link cannot choose its `Accept-Language`, so the language is in the address. */
  badRows: (id: string, lang: string) => `/api/v1/imports/${id}/bad-rows/file?lang=${lang}`,
  apiDocs: () => '/api/docs/',
};

/** A link to hand to a person. The server gives a path when it is not told by which address people reach it. */
export function absolute(link: string): string {
  return new URL(link, location.origin).href;
}

/** Where to go after log-in: only paths of our own, never another site. */
export function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : to.overview();
}
