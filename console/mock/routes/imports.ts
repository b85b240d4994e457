import type { Api } from '../../src/api/client';
import { begun, created, find, OPEN, paged, Refused, type Routes } from '../http';
import { start } from './jobs';
import { badRows, check, HEADS, look } from './files';

type Import = Api['Import'];
const T = (en: string, zh: string) => ({ en, zh });

const sum = (name: Api['ImportSum']['name'], label: Api['Text'], lines: number, amount: string, sql: string) => ({
  name,
  label,
  lines,
  amount,
  sql,
});
const FIGURES: Api['Figures'] = {
  sums: [
    sum(
      'sales',
      T('Sales', '销售'),
      530103,
      '10655622.48',
      "select count(*), sum(amount) from order_line where kind = 'sale'",
    ),
    sum('returns', T('Returns', '退货'), 9288, '-896812.49', "… where kind = 'return'"),
    sum(
      'revenue',
      T('Revenue (sales less returns)', '净销售额（销售减退货）'),
      539391,
      '9758809.99',
      "… where kind in ('sale', 'return')",
    ),
    sum('adjustments', T('Adjustments (apart)', '调整（另计）'), 2518, '-11062.06', "… where kind = 'adjustment'"),
    sum('all', T('All lines', '全部明细'), 541909, '9747747.93', '… where true'),
    sum(
      'of_customers',
      T('Lines with a customer', '有客户的明细'),
      406829,
      '8300065.81',
      '… where customer_id is not null',
    ),
  ],
  orders: 25900,
  return_orders: 3836,
  products: 4070,
  customers: 4372,
  customers_with_sale: 4338,
  from: '2024-11-01T02:10:00Z',
  to: '2026-10-31T13:50:00Z',
};
const ZERO: Api['Applied'] = {
  lines_added: 0,
  lines_removed: 0,
  orders_unchanged: 0,
  orders_changed: 0,
  orders_removed: 0,
  returns_linked: 0,
  customers_added: 0,
  customers_changed: 0,
  products_added: 0,
  products_changed: 0,
};
const mapping: Api['Mapping'] = {
  columns: {
    order_id: '小票号',
    time: '交易时间',
    customer: '会员卡号',
    product: '商品编码',
    product_name: '商品名称',
    quantity: '数量',
    amount: '实付金额',
  },
  options: { date: 'year-first', decimal: 'point', return_values: '退货,退款' },
};
const LABELS: Api['Import']['labels'] = {
  order_id: T('Order number', '订单号'),
  time: T('Time', '时间'),
  customer: T('Customer number', '客户编号'),
  product: T('Product code', '商品编码'),
  product_name: T('Product name', '商品名称'),
  quantity: T('Quantity', '数量'),
  amount: T('Amount', '金额'),
  name: T('Name', '姓名'),
  phone: T('Phone', '电话'),
};
const base = (id: string, file: string, rest: Partial<Import> = {}): Import => ({
  id,
  kind: 'orders',
  state: 'done',
  file,
  size: 44_800_000,
  source: 'till',
  mode: 'difference',
  reading: { format: 'csv', encoding: 'gb18030', separator: 'comma', has_header: true },
  mapping,
  labels: LABELS,
  started_at: '2026-11-01T01:12:00Z',
  ended_at: '2026-11-01T01:12:09Z',
  by: 'Ben Wu',
  can_undo: true,
  undo_first: [],
  report: {
    rows: 541_921,
    bad_rows: 12,
    bad_by_reason: [
      { reason: 'unreadable_date', label: T('Unreadable date', '日期无法识别'), rows: 7 },
      { reason: 'not_a_number', label: T('Not a number', '不是数字'), rows: 4 },
      { reason: 'missing_key', label: T('No number', '缺少编号'), rows: 1 },
    ],
    figures: FIGURES,
    applied: { ...ZERO, lines_added: 541_909, returns_linked: 7570, customers_added: 4372, products_added: 4070 },
    notes: [
      T(
        '135,080 lines have no customer: they count for products and baskets only',
        '135,080 行明细没有客户，仅计入商品与购物篮',
      ),
    ],
  },
  ...rest,
});
export const IMPORTS: Import[] = [
  base('imp_3', '门店销售_2026-10.csv.gz', { started_at: '2026-11-01T01:12:00Z' }),
  base('imp_2', 'members-2026.xlsx', {
    kind: 'customers',
    size: 2_400_000,
    state: 'cancelled',
    report: undefined,
    mapping: { columns: { customer: '卡号', name: '姓名', phone: '手机' }, options: {} },
    started_at: '2026-10-30T07:40:00Z',
    can_undo: false,
  }),
  base('imp_1', '门店销售_历史.csv.gz', {
    by: 'Anna Li',
    started_at: '2026-10-29T06:00:00Z',
    can_undo: false,
    undo_first: ['imp_3'],
  }),
];
const UPLOADS = new Map<string, Api['Upload']>();
const MENDED = new Set<number>();
let count = 3;
const get = (id: string | undefined) => find(IMPORTS, (one) => one.id === id, id ?? 'the import');

function run(body: Partial<Api['ImportNew']>, file: string, rest: Partial<Import> = {}) {
  const one = base(`imp_${++count}`, file, {
    state: 'running',
    report: undefined,
    started_at: new Date().toISOString(),
    ended_at: null,
    by: 'Anna Li',
    can_undo: false,
    ...(body.kind && { kind: body.kind, mapping: body.mapping, source: body.source, mode: body.mode }),
    ...rest,
  });
  const done = () =>
    Object.assign(one, {
      state: 'done',
      can_undo: true,
      ended_at: new Date().toISOString(),
      report: base('', '').report,
    });
  const job = start('import.run', { total: 541_921, object: one.id, done });
  one.job = job.id;
  IMPORTS.unshift(one);
  return { import: one.id, job: job.id };
}

export const imports: Routes = {
  'POST /uploads': ({ query, headers }) => {
    const name = query.get('name') ?? 'file';
    const id = `upl_${UPLOADS.size + 1}`;
    const now = new Date().toISOString();
    const one = { id, name, size: Number(headers['content-length'] ?? 0), received_at: now, expires_at: now };
    UPLOADS.set(id, one);
    return created(one);
  },
  'POST /imports/look': ({ body }) => look(body),
  'GET /imports': ({ query }) => paged(IMPORTS, query),
  'POST /imports': ({ body }) => {
    if (!body.source)
      throw new Refused(400, 'invalid_argument', 'the source has no name', {
        fields: [{ field: 'source', message: 'give it a name' }],
      });
    return begun(run(body, UPLOADS.get(body.upload)?.name ?? 'sales.csv'));
  },
  'GET /imports/{id}': ({ path }) => get(path.id),
  'POST /imports/{id}/undo': ({ path }) => {
    const one = get(path.id);
    return begun(
      start('import.undo', { object: one.id, done: () => Object.assign(one, { state: 'undone', can_undo: false }) }),
    );
  },
  'POST /imports/{id}/resume': ({ path }) => {
    const one = get(path.id);
    one.state = 'running';
    const job = start('import.run', {
      object: one.id,
      done: () => Object.assign(one, { state: 'done', report: base('', '').report }),
    });
    one.job = job.id;
    return begun(job);
  },
  'GET /imports/{id}/bad-rows': ({ path, query }) => {
    get(path.id);
    const reason = query.get('reason');
    const rows = badRows()
      .filter((bad) => !reason || bad.reason === reason)
      .map((bad) => ({ ...bad, mended: MENDED.has(bad.row) }));
    return { ...paged(rows, query), columns: HEADS };
  },
  'GET /imports/{id}/bad-rows/file': ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="bad.csv"' });
    response.end(
      `${HEADS.join(',')}\n${badRows()
        .map((bad) => bad.cells.join(','))
        .join('\n')}\n`,
    );
    return OPEN;
  },
  'POST /imports/{id}/bad-rows/mend': ({ path, body }): Api['MendResult'] => {
    const rows = body.rows.map(check);
    const good = rows.filter((one) => !one.bad);
    const result = { rows, good: good.length, bad: rows.length - good.length };
    if (body.dry_run) return result;
    good.forEach((one) => MENDED.add(one.row));
    return { ...result, started: run({}, get(path.id).file, { of: path.id, mode: 'append' }) };
  },
  'GET /mappings': () => [
    { name: 'till', kind: 'orders', mapping, labels: LABELS, updated_at: '2026-10-29T06:00:00Z', etag: '"v1"' },
  ],
  'GET /mappings/{name}': ({ path }) => ({
    name: path.name ?? '',
    kind: 'orders',
    mapping,
    labels: LABELS,
    updated_at: '2026-10-29T06:00:00Z',
    etag: '"v1"',
  }),
  'PATCH /mappings/{name}': ({ body }) => ({
    name: body.name,
    kind: 'orders',
    mapping,
    labels: LABELS,
    updated_at: '2026-10-29T06:00:00Z',
    etag: '"v1"',
  }),
  'DELETE /mappings/{name}': () => undefined,
};
