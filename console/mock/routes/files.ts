import type { Api } from '../../src/api/client';
import { PRODUCTS } from '../data/catalog';
import { seeded } from '../data/random';

const T = (en: string, zh: string) => ({ en, zh });
/** The columns of the file that everybody uploads here. */
export const HEADS = [
  '小票号',
  '交易时间',
  '会员卡号',
  '商品编码',
  '商品名称',
  '品类',
  '数量',
  '单价',
  '实付金额',
  '类型',
  '收银员',
];

const USUAL: Record<string, [column: string, sure: number]> = {
  order_id: ['小票号', 0.98],
  time: ['交易时间', 0.97],
  customer: ['会员卡号', 0.95],
  product: ['商品编码', 0.93],
  product_name: ['商品名称', 0.96],
  category: ['品类', 0.95],
  quantity: ['数量', 0.98],
  unit_price: ['单价', 0.92],
  amount: ['实付金额', 0.99],
  type: ['类型', 0.81],
};
const field = (name: string, label: [string, string], about: [string, string], required = false): Api['FieldDef'] => ({
  name,
  label: T(...label),
  description: T(...about),
  required,
});
const FIELDS: Record<Api['FileKind'], Api['FieldDef'][]> = {
  orders: [
    field(
      'order_id',
      ['Order number', '订单号'],
      ['The receipt, invoice or order number', '小票、发票或订单编号'],
      true,
    ),
    field(
      'time',
      ['Time', '时间'],
      ['When it was bought: date, or date and time', '购买时间：日期，或日期加时间'],
      true,
    ),
    field('customer', ['Customer', '客户'], ['Card, member or external number', '卡号、会员号或外部编号']),
    field('product', ['Product code', '商品编码'], ['Code of the product', '商品编码']),
    field('product_name', ['Product name', '商品名称'], ['As printed on the receipt', '小票上的名称']),
    field('category', ['Category', '品类'], ['Product category', '商品品类']),
    field(
      'quantity',
      ['Quantity', '数量'],
      ['How many, negative on returns in some systems', '数量，部分系统退货为负'],
    ),
    field('unit_price', ['Unit price', '单价'], ['Price of one piece', '单件价格']),
    field('amount', ['Amount paid', '实付金额'], ['What was paid for the line, after discount', '折扣后的实付金额']),
    field('discount', ['Discount', '折扣'], ['How much was taken off the line', '折扣金额']),
    field('type', ['Type', '类型'], ['Sale, return, cancellation …', '销售、退货、作废等']),
    field('store', ['Store', '门店'], ['Where it was bought', '购买门店']),
    field('channel', ['Channel', '渠道'], ['Shop, web, app, marketplace', '门店、网站、App、平台']),
    field('coupon', ['Coupon', '优惠券'], ['Coupon or promotion code', '优惠券或活动编码']),
  ],
  customers: [
    field('customer', ['Customer', '客户'], ['The key of the customer', '客户编号'], true),
    field('name', ['Name', '姓名'], ['Full name', '姓名']),
    field('phone', ['Phone', '手机号'], ['Telephone number', '电话号码']),
    field('email', ['E-mail', '邮箱'], ['E-mail address', '邮箱地址']),
    field('city', ['City', '城市'], ['City', '城市']),
  ],
  products: [
    field('product', ['Product code', '商品编码'], ['Code of the product', '商品编码'], true),
    field('name', ['Name', '名称'], ['Name of the product', '商品名称']),
    field('category', ['Category', '品类'], ['Product category', '商品品类']),
    field('price', ['List price', '标价'], ['List price', '标价']),
  ],
};

function rows(): string[][] {
  const random = seeded(3);
  return Array.from({ length: 12 }, (_, at) => {
    const product = random.pick(PRODUCTS);
    const quantity = at === 5 ? -1 : 1 + random.int(2);
    const day = `2026-10-${String(1 + Math.floor(at / 2)).padStart(2, '0')}`;
    return [
      `S2026100${at}`,
      at === 7 ? '10/3 14点' : `${day} ${10 + at}:${String(random.int(60)).padStart(2, '0')}:00`,
      at === 3 ? '' : `VIP${100000 + random.int(900)}`,
      product.code,
      product.name,
      product.category,
      String(quantity),
      product.price.toFixed(2),
      (product.price * quantity).toFixed(2),
      at === 5 ? '退货' : '销售',
      random.pick(['小李', '小王']),
    ];
  });
}

const readable = (time: string) => /^\d{4}-\d{2}-\d{2}/.test(time);

export function look(asked: Api['LookNew']): Api['Look'] {
  const kind = asked.kind ?? 'orders';
  const proposed = Object.fromEntries(
    FIELDS[kind].flatMap((f) => {
      const column = USUAL[f.name]?.[0] ?? { name: '商品名称', price: '单价' }[f.name];
      return column ? [[f.name, column]] : [];
    }),
  );
  const mapping = asked.mapping ?? {
    columns: proposed,
    options: { date: 'year-first', decimal: 'point', return_values: '退货,退款,作废' },
  };
  const used = new Set(Object.values(mapping.columns));
  const time = HEADS.indexOf(mapping.columns.time ?? '');
  const missing = FIELDS[kind].filter((f) => f.required && !mapping.columns[f.name]);
  const list = rows().map((cells, at): Api['LookRow'] => {
    const understood = Object.fromEntries(
      Object.entries(mapping.columns).map(([name, column]) => [name, cells[HEADS.indexOf(column)] ?? '']),
    );
    const value = cells[time] ?? '';
    const bad = kind === 'orders' && time >= 0 && !readable(value);
    return {
      row: at + 1,
      cells,
      understood,
      bad: bad
        ? {
            column: mapping.columns.time ?? '',
            value,
            reason: 'unreadable_date',
            text: T('does not read as a year-first date', '不是“年-月-日”形式的日期'),
          }
        : undefined,
    };
  });
  const notices: Api['Notice'][] = missing.map((f) => ({
    code: `missing_${f.name}`,
    level: 'error',
    text: T(`No column for ${f.label.en} yet: choose one`, `还没有对应“${f.label.zh}”的列，请选择`),
  }));
  if (!mapping.columns.amount && !mapping.columns.unit_price && kind === 'orders')
    notices.push({
      code: 'no_amount',
      level: 'warning',
      text: T('No column of prices or amounts: sales will have an amount of 0', '没有价格或金额列：销售额将为 0'),
    });
  return {
    kind,
    reading: { format: 'csv', encoding: 'gb18030', separator: 'comma', has_header: true, ...asked.reading },
    compression: 'gz',
    sheets: [],
    columns: HEADS,
    fields: FIELDS[kind],
    mapping,
    choices: Object.entries(mapping.columns).map(([name, column]) => ({
      field: name,
      column,
      confidence: USUAL[name]?.[1] ?? 0.7,
      reason: T('by its name', '根据列名'),
    })),
    unmapped: HEADS.filter((head) => !used.has(head)),
    rows: list,
    counts: {
      rows: 1000,
      bad: time >= 0 ? 2 : 1000,
      sales: 958,
      returns: 34,
      adjustments: 6,
      without_customer: 118,
      dropped: 0,
    },
    notices,
    source: 'main',
    sources: ['main', 'web'],
    saved_mappings: ['till'],
    can_run: missing.length === 0,
  };
}

/** Rows that could not be taken. */
export function badRows(): Omit<Api['BadRow'], 'mended'>[] {
  const good = rows();
  return Array.from({ length: 12 }, (_, at) => {
    const cells = [...(good[at] ?? [])];
    const kind = at < 7 ? 'unreadable_date' : at < 11 ? 'not_a_number' : 'missing_key';
    const place = kind === 'unreadable_date' ? 1 : kind === 'not_a_number' ? 6 : 0;
    const value = kind === 'unreadable_date' ? `10/${at + 3} 14点` : kind === 'not_a_number' ? '两件' : '';
    cells[place] = value;
    const text = {
      unreadable_date: T('does not read as a year-first date', '不是“年-月-日”形式的日期'),
      not_a_number: T('does not read as a number', '不是数字'),
      missing_key: T('the id is empty', '编号为空'),
    }[kind];
    return {
      row: 1204 + at * 317,
      line: 1205 + at * 317,
      column: HEADS[place] ?? '',
      value,
      reason: kind,
      text,
      cells,
    };
  });
}

/** What a mended row says now. */
export function check({ row, cells }: Api['MendRow']): Api['LookRow'] {
  const [id = '', time = ''] = cells;
  const quantity = cells[6] ?? '';
  const bad = !id
    ? { column: '小票号', value: id, reason: 'missing_key', text: T('the id is empty', '编号为空') }
    : !readable(time)
      ? {
          column: '交易时间',
          value: time,
          reason: 'unreadable_date',
          text: T('does not read as a year-first date', '不是“年-月-日”形式的日期'),
        }
      : Number.isNaN(Number(quantity))
        ? { column: '数量', value: quantity, reason: 'not_a_number', text: T('does not read as a number', '不是数字') }
        : undefined;
  return { row, cells, understood: {}, bad };
}
