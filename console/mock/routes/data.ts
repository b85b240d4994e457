import type { Api } from '../../src/api/client';
import { PRODUCTS } from '../data/catalog';
import { PEOPLE, SALES } from '../data/shop';
import { FULL, TRAITS } from '../data/traits';
import { created, find, paged, Refused, tagged, begun, type Routes } from '../http';
import { start } from './jobs';

const T = (en: string, zh: string) => ({ en, zh });
const column = (name: string, type: string, filled = 1): Api['TableColumn'] => ({
  name,
  type,
  nullable: filled < 1,
  filled,
});
const fresh = new Date(Date.now() - 42 * 60_000).toISOString();
const LINES = SALES.flatMap((sale) => sale.lines.map((line) => ({ sale, line })));
const span = {
  from: new Date(SALES[0]?.time ?? 0).toISOString(),
  to: new Date(SALES[SALES.length - 1]?.time ?? 0).toISOString(),
};

const TABLES: Api['Table'][] = [
  {
    name: 'order_line',
    store: 'lake',
    label: T('Order lines', '订单明细'),
    description: T('One row per line of a receipt: the history of all sales', '每条小票明细一行：全部销售历史'),
    rows: LINES.length,
    bytes: 1_840_000,
    files: 24,
    ...span,
    updated_at: fresh,
    columns: [
      column('customer_id', 'int', 0.972),
      column('time', 'time'),
      column('order_id', 'text'),
      column('kind', 'text'),
      column('product', 'text'),
      column('product_name', 'text'),
      column('category', 'text', 0.991),
      column('quantity', 'decimal'),
      column('amount', 'decimal'),
      column('discount', 'decimal', 0.18),
      column('store', 'text'),
      column('channel', 'text', 0.86),
    ],
  },
  {
    name: 'trait',
    store: 'lake',
    label: T('Traits', '客户特征'),
    description: T('What is computed about every customer', '为每位客户计算的特征'),
    rows: FULL.length,
    bytes: 310_000,
    files: 1,
    updated_at: fresh,
    columns: [
      column('customer_id', 'int'),
      ...TRAITS.map(([name, , unit]) =>
        column(
          name,
          unit === 'text' ? 'text' : unit === 'time' ? 'time' : unit === 'money' ? 'decimal' : 'float',
          0.96,
        ),
      ),
    ],
    rebuild: 'traits',
  },
  {
    name: 'rfm',
    store: 'lake',
    label: T('Segments', '分群结果'),
    description: T('Scores, group, tier and stage of every customer', '每位客户的得分、分组、层级与阶段'),
    rows: FULL.length,
    bytes: 96_000,
    files: 1,
    updated_at: fresh,
    columns: [
      column('customer_id', 'int'),
      column('recency', 'int', 0.96),
      column('frequency', 'int', 0.96),
      column('monetary', 'decimal', 0.96),
      column('r', 'int', 0.96),
      column('f', 'int', 0.96),
      column('m', 'int', 0.96),
      column('rfm_group', 'text', 0.96),
      column('value_tier', 'text', 0.96),
      column('life_stage', 'text'),
    ],
    rebuild: 'rfm',
  },
  {
    name: 'customer',
    store: 'operational',
    label: T('Customers', '客户'),
    description: T('Names and attributes', '姓名与属性'),
    rows: PEOPLE.length,
    bytes: 720_000,
    files: 0,
    updated_at: fresh,
    columns: [
      column('id', 'int'),
      column('name', 'text'),
      column('city', 'text'),
      column('gender', 'text'),
      column('birthday', 'date', 0.6),
    ],
  },
  {
    name: 'product',
    store: 'operational',
    label: T('Products', '商品'),
    description: T('Codes, names, categories, prices', '编码、名称、品类与价格'),
    rows: PRODUCTS.length,
    bytes: 12_000,
    files: 0,
    updated_at: fresh,
    columns: [
      column('product', 'text'),
      column('name', 'text'),
      column('category', 'text'),
      column('price', 'decimal'),
    ],
  },
];

const cells: Record<string, () => unknown[][]> = {
  order_line: () =>
    LINES.slice(0, 1000).map(({ sale, line }) => [
      sale.customer,
      new Date(sale.time).toISOString(),
      `S${sale.id}`,
      sale.kind,
      line.product.code,
      line.product.name,
      line.product.category,
      String(line.quantity),
      line.amount.toFixed(2),
      line.discount ? line.discount.toFixed(2) : null,
      sale.store,
      sale.channel,
    ]),
  trait: () => FULL.map((f) => [f.id, ...TRAITS.map(([name]) => f.values[name])]),
  rfm: () =>
    FULL.map(({ standing: s }) => [
      s.id,
      s.recency,
      s.frequency,
      s.monetary.toFixed(2),
      s.r || null,
      s.f || null,
      s.m || null,
      s.group,
      s.tier,
      s.stage,
    ]),
  customer: () => PEOPLE.map((p) => [p.id, p.name, p.city, p.gender, p.birthday ?? null]),
  product: () => PRODUCTS.map((p) => [p.code, p.name, p.category, p.price.toFixed(2)]),
};
const page = (columns: { name: string; type: string }[], rows: unknown[][], query: URLSearchParams): Api['RowPage'] => {
  const { items, next, total } = paged(rows, query);
  return { columns: columns.map(({ name, type }) => ({ name, type })), rows: items, next, total };
};

const noMail = FULL.filter((f) => !f.values.email);
const checkRow = (
  name: string,
  dimension: Api['QualityDimension'],
  table: string,
  label: Api['Text'],
  about: Api['Text'],
  failed: number,
  all: number,
  hint: Api['Text'],
): Api['Check'] => ({
  name,
  dimension,
  table,
  label,
  description: about,
  passed: all - failed,
  failed,
  score: 1 - failed / all,
  hint,
});
const CHECKS = [
  checkRow(
    'order_customer',
    'complete',
    'order_line',
    T('Lines with a customer', '明细有客户'),
    T('Lines without one count for products only', '没有客户的明细只计入商品'),
    412,
    LINES.length,
    T('Ask for the member card at the till', '收银时请客户出示会员卡'),
  ),
  checkRow(
    'customer_email',
    'complete',
    'customer',
    T('Customers with an e-mail', '客户有邮箱'),
    T('Needed for mail', '邮件触达所需'),
    noMail.length,
    PEOPLE.length,
    T('Ask at the next visit', '下次到店时补充'),
  ),
  checkRow(
    'phone_valid',
    'valid',
    'customer',
    T('Telephone numbers that exist', '手机号有效'),
    T('By the numbering plan', '按号码规则检查'),
    23,
    PEOPLE.length,
    T('Correct them on the customer’s page', '在客户页面更正'),
  ),
  checkRow(
    'duplicate_people',
    'unique',
    'customer',
    T('Customers known once', '客户不重复'),
    T('Same phone or e-mail', '手机号或邮箱相同'),
    14,
    PEOPLE.length,
    T('Look whether they are one person', '确认是否为同一人'),
  ),
  checkRow(
    'return_linked',
    'consistent',
    'order_line',
    T('Returns linked to a purchase', '退货关联原单'),
    T('Every return should have one', '每笔退货都应有原单'),
    9,
    420,
    T('Import the older history', '导入更早的历史'),
  ),
  checkRow(
    'fresh_orders',
    'fresh',
    'order_line',
    T('Orders of the last two days', '近两天有订单'),
    T('Every store should have some', '每家门店都应有订单'),
    0,
    4,
    T('Import again', '重新导入'),
  ),
];
const QUALITY: Api['Quality'] = {
  as_of: fresh,
  score: 0.964,
  scores: (['complete', 'valid', 'unique', 'consistent', 'fresh'] as const).map((dimension) => {
    const own = CHECKS.filter((c) => c.dimension === dimension);
    const label = {
      complete: T('Complete', '完整性'),
      valid: T('Valid', '有效性'),
      unique: T('Unique', '唯一性'),
      consistent: T('Consistent', '一致性'),
      fresh: T('Fresh', '时效性'),
    }[dimension];
    const score = own.reduce((sum, c) => sum + c.score, 0) / own.length;
    return { dimension, label, score };
  }),
  checks: CHECKS,
};

let etag = 1;
const QUESTIONS: Api['Question'][] = [
  {
    id: 'que_1',
    name: '各品类净销售额',
    description: '按品类汇总净净销售额',
    sql: "select category, count(distinct order_id) as orders, sum(amount) as revenue\nfrom order_line\nwhere kind in ('sale', 'return')\ngroup by category\norder by revenue desc",
    chart: { kind: 'none' },
    shared: true,
    by: 'Anna Li',
    updated_at: fresh,
    etag: '"1"',
  },
  {
    id: 'que_2',
    name: '生命周期与价值',
    description: '',
    sql: 'select life_stage, count(*) as customers, sum(monetary) as revenue\nfrom rfm\ngroup by life_stage\norder by revenue desc',
    chart: { kind: 'none' },
    shared: true,
    by: 'Anna Li',
    updated_at: fresh,
    etag: '"1"',
  },
];

const asked = ({ chart, description, ...rest }: Api['QuestionNew']) => ({
  ...rest,
  chart: chart ?? { kind: 'none' as const },
  description: description ?? '',
});

/** Two answers are known; which, is seen from the words of the query. */
function answer(sql: string): Pick<Api['SqlResult'], 'columns' | 'rows'> {
  const group = (key: (at: number) => string, value: (at: number) => number, count: number) => {
    const sums = new Map<string, [number, number]>();
    for (let at = 0; at < count; at++) {
      const [n, v] = sums.get(key(at)) ?? [0, 0];
      sums.set(key(at), [n + 1, v + value(at)]);
    }
    return [...sums].map(([name, [n, v]]) => [name, n, v.toFixed(2)]).sort((a, b) => Number(b[2]) - Number(a[2]));
  };
  const head = (first: string, second: string) => [
    { name: first, type: 'text' },
    { name: second, type: 'int64' },
    { name: 'revenue', type: 'decimal(18,4)' },
  ];
  if (/group by category/i.test(sql))
    return {
      columns: head('category', 'orders'),
      rows: group(
        (at) => LINES[at]!.line.product.category,
        (at) => LINES[at]!.line.amount,
        LINES.length,
      ),
    };
  if (/group by life_stage/i.test(sql))
    return {
      columns: head('life_stage', 'customers'),
      rows: group(
        (at) => FULL[at]!.standing.stage,
        (at) => FULL[at]!.standing.monetary,
        FULL.length,
      ),
    };
  const table = TABLES.find((one) => new RegExp(`from\\s+${one.name}\\b`, 'i').test(sql));
  if (!/^\s*select\b/i.test(sql) || !table)
    throw new Refused(
      400,
      'invalid_argument',
      table
        ? 'only questions are answered: the statement must begin with select'
        : 'the query names no table that exists',
      { hint: `tables: ${TABLES.map((one) => one.name).join(', ')}` },
    );
  return { columns: table.columns.map(({ name, type }) => ({ name, type })), rows: cells[table.name]!().slice(0, 100) };
}

export const data: Routes = {
  'GET /tables': () => TABLES,
  'GET /tables/{name}/rows': ({ path, query }) =>
    page(find(TABLES, (t) => t.name === path.name, path.name ?? '').columns, cells[path.name ?? '']?.() ?? [], query),
  'GET /quality': () => QUALITY,
  'GET /quality/{name}/rows': ({ path, query }) => {
    const check = find(CHECKS, (c) => c.name === path.name, path.name ?? '');
    const rows = noMail
      .slice(0, check.failed)
      .map((f) => [`cus_${f.id}`, f.values.name, f.values.phone, f.values.city]);
    return page(
      [
        { name: 'customer', type: 'text' },
        { name: 'name', type: 'text' },
        { name: 'phone', type: 'text' },
        { name: 'city', type: 'text' },
      ],
      rows,
      query,
    );
  },
  'GET /sql/schema': (): Api['SqlSchema'] => ({
    tables: TABLES,
    functions: [],
    limits: { seconds: 60, rows: 100_000, memory_mib: 1024 },
  }),
  'POST /sql/queries': async ({ body }): Promise<Api['SqlResult']> => {
    await new Promise((done) => setTimeout(done, 120));
    const { columns, rows } = answer(body.sql);
    return { columns, rows, row_count: rows.length, truncated: false, took_ms: 38, currency: 'CNY' };
  },
  'DELETE /sql/queries/{id}': () => undefined,
  'POST /sql/exports': ({ body }) => begun(start('export.sql', { file: `answer.${body.format}` })),
  'GET /sql/questions': () => QUESTIONS,
  'POST /sql/questions': ({ body }) => {
    const one = {
      ...asked(body),
      id: `que_${Date.now()}`,
      by: 'Anna Li',
      updated_at: new Date().toISOString(),
      etag: `"${++etag}"`,
    };
    QUESTIONS.push(one);
    return created(one);
  },
  'PUT /sql/questions/{id}': ({ path, body }) => {
    const one = find(QUESTIONS, (q) => q.id === path.id, path.id ?? '');
    Object.assign(one, asked(body), { etag: `"${++etag}"` });
    return tagged(one.etag, one);
  },
  'DELETE /sql/questions/{id}': ({ path }) => {
    const at = QUESTIONS.findIndex((q) => q.id === path.id);
    if (at >= 0) QUESTIONS.splice(at, 1);
    return undefined;
  },
};
