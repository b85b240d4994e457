import type { Api } from '../../src/api/client';
import { created, find, paged, Refused, type Routes } from '../http';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const later = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const READ: Api['Permission'][] = ['customers.read', 'segments.read', 'insight.read'];
const ABOUT: [Api['Permission'], string][] = [
  ['customers.read', 'See customers and their figures'],
  ['customers.pii', 'See names, telephone numbers and e-mail addresses in full'],
  ['customers.write', 'Change attributes of customers'],
  ['customers.erase', 'Erase a person for good'],
  ['customers.export', 'Take lists of customers out of the system'],
  ['segments.read', 'See segments and who is in them'],
  ['segments.write', 'Make and change segments and their rules'],
  ['insight.read', 'See the figures of the business'],
  ['sql.run', 'Ask questions in SQL'],
  ['import.read', 'See imports and their reports'],
  ['import.run', 'Import files, and undo imports'],
  ['jobs.read', 'See background work'],
  ['jobs.cancel', 'Stop and repeat background work'],
  ['users.manage', 'Invite people, change their roles, lock them out'],
  ['keys.manage', 'Make and revoke API keys'],
  ['audit.read', 'Read the audit log'],
  ['backup.run', 'Make back-ups'],
  ['settings.read', 'See settings'],
  ['settings.write', 'Change settings'],
  ['metrics.read', 'Read the metrics of the server'],
];
const ALL = ABOUT.map(([name]) => name);
const without = (...list: Api['Permission'][]) => ALL.filter((p) => !list.includes(p));
const ROLES: Record<Api['Role'], Api['Permission'][]> = {
  owner: ALL,
  admin: ALL,
  manager: without('users.manage', 'keys.manage', 'backup.run', 'settings.write', 'metrics.read'),
  marketer: [...READ, 'customers.export', 'segments.write', 'import.read', 'jobs.read'],
  analyst: [...READ, 'customers.export', 'sql.run', 'import.read', 'jobs.read'],
  agent: ['customers.read', 'customers.pii', 'customers.write'],
  viewer: READ,
};
const user = (
  id: number,
  name: string,
  email: string,
  role: Api['Role'],
  seen?: number,
  rest: Partial<Api['User']> = {},
): Api['User'] => ({
  id: `usr_${id}`,
  name,
  email,
  role,
  disabled: false,
  totp: id < 3,
  created_at: '2026-05-01T08:30:00Z',
  last_seen_at: seen === undefined ? undefined : ago(seen),
  ...rest,
});
const USERS = [
  user(1, 'Anna Li', 'anna@club.example', 'owner', 1, { totp: false }),
  user(2, 'Ben Wu', 'ben@club.example', 'manager', 55),
  user(3, '陈静', 'chenjing@club.example', 'marketer', 2900),
  user(4, '赵磊', 'zhaolei@club.example', 'analyst', 11_000),
  user(5, '周婷', 'zhouting@club.example', 'agent', undefined, { disabled: true }),
];
const INVITATIONS: Api['Invitation'][] = [
  {
    id: 'inv_4',
    email: 'liu@club.example',
    role: 'viewer',
    invited_by: 'usr_1',
    created_at: ago(900),
    expires_at: later(6),
  },
];
const KEYS: Api['ApiKey'][] = [
  {
    id: 'key_2',
    name: '收银上传',
    prefix: 'gxk_3kTq9a',
    scopes: ['import.run', 'import.read'],
    user: 'usr_1',
    created_at: ago(90_000),
    expires_at: later(200),
    used_at: ago(12),
  },
  {
    id: 'key_1',
    name: 'BI dashboard',
    prefix: 'gxk_p0Zm2c',
    scopes: ['insight.read', 'sql.run'],
    user: 'usr_1',
    created_at: ago(200_000),
    revoked_at: ago(50_000),
  },
];
const SESSIONS: Api['Session'][] = [
  {
    id: 'ses_7',
    ip: '203.0.113.9',
    device: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0',
    current: true,
    created_at: ago(300),
    seen_at: ago(0),
    expires_at: later(13),
  },
  {
    id: 'ses_6',
    ip: '198.51.100.24',
    device: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/605.1',
    current: false,
    created_at: ago(4000),
    seen_at: ago(700),
    expires_at: later(9),
  },
];
const ACTIONS: [string, string, Record<string, unknown>][] = [
  ['auth.login', '', {}],
  ['customer.read', 'cus_14', {}],
  ['export.customers', 'job_41', { rows: 320, format: 'xlsx' }],
  ['user.update', 'usr_3', { role: ['viewer', 'marketer'] }],
  ['import.create', 'imp_3', { file: '门店销售_2026-10.csv.gz' }],
  ['segment.run', 'run_7', {}],
  ['key.revoke', 'key_1', {}],
  ['auth.login', '', {}],
];
const AUDIT: Api['AuditEntry'][] = Array.from({ length: 64 }, (_, at) => {
  const [action, object, detail] = ACTIONS[at % ACTIONS.length] as (typeof ACTIONS)[number];
  return {
    id: `aud_${900 - at}`,
    at: ago(at * 47 + 3),
    kind: at % 8 === 7 ? 'anonymous' : 'session',
    user: at % 8 === 7 ? undefined : `usr_${1 + (at % 3)}`,
    ip: '203.0.113.9',
    request: `1f0c${at}`,
    action,
    object,
    outcome: at % 8 === 7 ? 'failed' : 'done',
    detail,
  };
});

let signedIn = true;
const state = { has_data: process.env.MOCK_EMPTY !== '1', role: (process.env.MOCK_ROLE ?? 'owner') as Api['Role'] };
const business = {
  name: '悦己会馆',
  currency: 'CNY',
  zone: 'Asia/Shanghai',
  region: 'CN',
  language: 'zh' as 'en' | 'zh',
};
let version = 1;
const me = (): Api['User'] => ({ ...(USERS[0] as Api['User']), role: state.role });
const settings = (): Api['BusinessSettings'] => ({
  ...business,
  etag: `"v${version}"`,
  currencies: ['CNY', 'EUR', 'GBP', 'HKD', 'JPY', 'TWD', 'USD'],
  zones: ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Taipei', 'Europe/Berlin', 'Europe/London', 'America/New_York'],
  regions: ['CN', 'HK', 'TW', 'DE', 'GB', 'US'],
  locked: ['currency'],
});
const guard = <T>(value: T): T => {
  if (!signedIn) throw new Refused(401, 'unauthenticated', 'you are not signed in');
  return value;
};
const of = (id: string | undefined) => find(USERS, (u) => u.id === id, id ?? 'the user');

export const people: Routes = {
  'POST /auth/login': ({ body }): Api['LoginAnswer'] => {
    if (body.password === 'wrong') throw new Refused(401, 'unauthenticated', 'the address or the password is wrong');
    if (body.password === 'totp') return { state: 'totp', challenge: 'qk3' };
    signedIn = true;
    return { state: 'signed_in', csrf_token: '9f2c', user: me() };
  },
  'POST /auth/totp': (): Api['LoginAnswer'] => ({ state: 'signed_in', csrf_token: '9f2c', user: me() }),
  'POST /auth/logout': () => {
    signedIn = false;
    return undefined;
  },
  'GET /auth/me': (): Api['Me'] =>
    guard({ user: me(), permissions: ROLES[state.role], recovery_codes: 8, csrf_token: '9f2c' }),
  'GET /business': (): Api['Business'] =>
    guard({
      ...business,
      version: '0.3.0',
      has_data: state.has_data,
      data_from: state.has_data ? '2024-01-01' : null,
      data_until: state.has_data ? '2026-10-31' : null,
    }),
  'POST /auth/password': () => ({ csrf_token: '9f2d' }),
  'POST /auth/totp/setup': (): Api['TotpSecret'] => ({
    secret: 'GEZDGNBVGY3TQOJQ',
    url: 'otpauth://totp/Guanxi:anna@club.example?secret=GEZDGNBVGY3TQOJQ&issuer=Guanxi',
    qr_svg: '',
  }),
  'POST /auth/totp/enable': ({ body }) => {
    if (!/^\d{6}$/.test(body.code))
      throw new Refused(400, 'invalid_argument', 'the code is wrong', {
        fields: [{ field: 'code', message: 'six digits, as the app shows them now' }],
      });
    Object.assign(USERS[0] as object, { totp: true });
    return { recovery_codes: ['abcde-fghjk', 'mnpqr-stuvw', 'xyz23-45678', 'bcdfg-hjkmn'] };
  },
  'POST /auth/totp/disable': () => void Object.assign(USERS[0] as object, { totp: false }),
  'GET /auth/sessions': () => ({ items: SESSIONS }),
  'DELETE /auth/sessions': () => ({ ended: SESSIONS.splice(1).length }),
  'DELETE /auth/sessions/{id}': ({ path }) =>
    void SESSIONS.splice(
      SESSIONS.findIndex((s) => s.id === path.id),
      1,
    ),
  'POST /auth/reset': () => undefined,
  'POST /auth/invitation': (): Api['InvitationShown'] => ({
    email: 'liu@club.example',
    role: 'analyst',
    expires_at: later(6),
  }),
  'POST /auth/invitation/accept': () => created({ state: 'signed_in', csrf_token: '9f2c', user: me() }),
  'GET /users': ({ query }) => paged(USERS, query),
  'PATCH /users/{id}': ({ path, body }) => Object.assign(of(path.id), body),
  'POST /users/{id}/password-reset': () =>
    created({ url: 'https://crm.club.example/reset#c0ZyTq91pLxR', expires_at: later(1) }),
  'DELETE /users/{id}/totp': ({ path }) => void Object.assign(of(path.id), { totp: false }),
  'DELETE /users/{id}/sessions': () => ({ ended: 2 }),
  'GET /roles': (): Api['Roles'] => ({
    roles: Object.entries(ROLES).map(([name, permissions]) => ({ name: name as Api['Role'], permissions })),
    permissions: ABOUT.map(([name, about]) => ({ name, about })),
  }),
  'GET /invitations': ({ query }) => paged(INVITATIONS, query),
  'POST /invitations': ({ body }) => {
    if (USERS.some((u) => u.email === body.email))
      throw new Refused(409, 'conflict', 'there is a user with this address', {
        fields: [{ field: 'email', message: 'is taken' }],
      });
    const invitation = { ...body, id: `inv_${INVITATIONS.length + 5}`, created_at: ago(0), expires_at: later(7) };
    INVITATIONS.push(invitation);
    return created({ url: '/invitation#c0ZyTq91pLxR', invitation });
  },
  'DELETE /invitations/{id}': ({ path }) =>
    void INVITATIONS.splice(
      INVITATIONS.findIndex((i) => i.id === path.id),
      1,
    ),
  'GET /keys': ({ query }) => paged(KEYS, query),
  'POST /keys': ({ body }) => {
    const key = { ...body, id: `key_${KEYS.length + 1}`, prefix: 'gxk_9aLm2c', user: 'usr_1', created_at: ago(0) };
    KEYS.unshift(key);
    return created({ secret: 'gxk_9aLm2cR7vQpX1sKdT0bYwE4uNfGhJzO', key });
  },
  'DELETE /keys/{id}': ({ path }) =>
    void Object.assign(
      find(KEYS, (k) => k.id === path.id, path.id ?? ''),
      { revoked_at: ago(0) },
    ),
  'GET /audit': ({ query }) => {
    const filters = query.getAll('filter').map((f) => f.split(':'));
    const fits = (entry: Api['AuditEntry']) =>
      filters.every(([name = '', op, value = '']) => {
        const own = String(entry[name as keyof Api['AuditEntry']] ?? '');
        return op === 'has' ? own.includes(value) : own === value;
      });
    return paged(AUDIT.filter(fits), query);
  },
  'GET /settings/business': () => settings(),
  'PATCH /settings/business': ({ body, headers }) => {
    if (headers['if-match'] && headers['if-match'] !== `"v${version}"`)
      throw new Refused(412, 'outdated', 'it was changed by somebody else since you read it');
    Object.assign(business, body);
    version++;
    return settings();
  },
};
