import type { Api } from '../../src/api/client';
import { GROUPS, STAGES, TIERS } from './places';
import { CITIES, PRODUCTS, STORES, CHANNELS } from './catalog';
import { standings, type Standing } from './segment';
import { DAY, dayOf, END, OF_CUSTOMER, OFFSET, PEOPLE } from './shop';

const T = (en: string, zh: string) => ({ en, zh });
type Def = [name: string, label: Api['Text'], unit: string, description: Api['Text'], formula: string];

export const TRAITS: Def[] = [
  [
    'recency',
    T('Days since last purchase', '距上次购买天数'),
    'days',
    T('Calendar days from the last purchase to the reference date', '最近一次购买到参考日期的天数'),
    'recency()',
  ],
  [
    'frequency',
    T('Orders', '购买次数'),
    'orders',
    T('Number of different orders', '不同订单的数量'),
    'distinct(order)',
  ],
  [
    'monetary',
    T('Net spend', '净消费额'),
    'money',
    T('What the customer paid, less what was paid back', '消费金额减去退货金额'),
    'sum(amount)',
  ],
  [
    'average_order',
    T('Average order', '平均订单金额'),
    'money',
    T('Sales before returns divided by the number of orders', '退货前销售额除以订单数'),
    'sum(amount) / distinct(order)',
  ],
  [
    'frequency_90d',
    T('Orders, last 90 days', '近90天购买次数'),
    'orders',
    T('Orders in the 90 days before the reference date', '参考日期前90天内的订单数'),
    'distinct(order)',
  ],
  [
    'first_purchase',
    T('First purchase', '首次购买时间'),
    'time',
    T('When the customer first bought', '首次购买的时间'),
    'min(time)',
  ],
  [
    'last_purchase',
    T('Last purchase', '最近购买时间'),
    'time',
    T('When the customer last bought', '最近一次购买的时间'),
    'max(time)',
  ],
  [
    'tenure',
    T('Days since first purchase', '客龄（天）'),
    'days',
    T('Days from the first sale to the reference date', '首次购买到参考日期的天数'),
    'tenure()',
  ],
  [
    'gap_mean',
    T('Days between purchases', '平均购买间隔（天）'),
    'days',
    T('Mean of the days between purchase days', '相邻购买日之间的平均天数'),
    'gap_mean()',
  ],
  [
    'return_rate',
    T('Return rate', '退货率'),
    'share',
    T('Amount of returns divided by amount of sales', '退货金额占销售金额的比例'),
    "sum(-amount where kind = 'return') / sum(amount where kind = 'sale')",
  ],
  [
    'discount_share',
    T('Discount share', '折扣比例'),
    'share',
    T('Discounts divided by discounts and amount', '折扣占原价的比例'),
    'sum(discount) / (sum(discount) + sum(amount))',
  ],
  [
    'top_category',
    T('Top category', '最常购买品类'),
    'text',
    T('The category with most sales', '消费金额最高的品类'),
    'mode(category by amount)',
  ],
  [
    'top_store',
    T('Top store', '最常光顾门店'),
    'text',
    T('The store with most sales', '消费金额最高的门店'),
    'mode(store by amount)',
  ],
  [
    'top_channel',
    T('Top channel', '最常用渠道'),
    'text',
    T('The channel with most sales', '消费金额最高的渠道'),
    'mode(channel by amount)',
  ],
  [
    'products',
    T('Different products', '购买商品种数'),
    'products',
    T('Different products bought', '购买过的不同商品数'),
    'distinct(product)',
  ],
  [
    'share_evening',
    T('Evening orders', '晚间订单占比'),
    'share',
    T('Orders placed 18:00–23:59', '18:00–23:59 下单的比例'),
    "share(part_of_day = 'evening' of order)",
  ],
  [
    'share_weekend',
    T('Weekend orders', '周末订单占比'),
    'share',
    T('Orders placed on Saturday or Sunday', '周六、周日下单的比例'),
    'share(weekend of order)',
  ],
];

const most = (weights: Map<string, number>) => [...weights].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
const cents = (value: number) => value.toFixed(2);

function compute(s: Standing): Record<string, unknown> {
  const sales = OF_CUSTOMER.get(s.id) ?? [];
  const bought = sales.filter((one) => one.kind === 'sale');
  const gross = bought.reduce((sum, one) => sum + one.amount, 0);
  const back = -sales.filter((one) => one.kind === 'return').reduce((sum, one) => sum + one.amount, 0);
  const lines = bought.flatMap((one) => one.lines);
  const off = lines.reduce((sum, line) => sum + line.discount, 0);
  const sum = (key: (line: (typeof lines)[number], at: number) => string) => {
    const weights = new Map<string, number>();
    lines.forEach((line, at) => weights.set(key(line, at), (weights.get(key(line, at)) ?? 0) + line.amount));
    return most(weights);
  };
  const hour = (time: number) => new Date(time + OFFSET).getUTCHours();
  const weekday = (time: number) => new Date(time + OFFSET).getUTCDay();
  const share = (test: (time: number) => boolean) => bought.filter((one) => test(one.time)).length / bought.length;
  const some = bought.length > 0;
  return {
    recency: s.recency,
    frequency: s.frequency,
    monetary: cents(s.monetary),
    average_order: some ? cents(gross / bought.length) : null,
    frequency_90d: bought.filter((one) => one.time > END - 90 * DAY).length,
    first_purchase: s.first && new Date(s.first).toISOString(),
    last_purchase: s.last && new Date(s.last).toISOString(),
    tenure: s.first === null ? null : Math.round((Date.parse(dayOf(END)) - Date.parse(dayOf(s.first))) / DAY),
    gap_mean: s.days > 1 ? Math.round(s.rhythm * 10) / 10 : null,
    return_rate: some ? Math.round((back / gross) * 1000) / 1000 : null,
    discount_share: some ? Math.round((off / (off + gross)) * 1000) / 1000 : null,
    top_category: sum((line) => line.product.category),
    top_store: bought[0]?.store ?? null,
    top_channel: most(new Map(CHANNELS.map((c) => [c, bought.filter((one) => one.channel === c).length]))),
    products: new Set(lines.map((line) => line.product.code)).size,
    share_evening: some ? share((time) => hour(time) >= 18) : null,
    share_weekend: some ? share((time) => [0, 6].includes(weekday(time))) : null,
    rfm_group: s.group,
    value_tier: s.tier,
    life_stage: s.stage,
    score: s.r ? Math.round(((s.r + s.f + s.m - 3) / 12) * 100) : null,
  };
}

export interface Full {
  id: number;
  standing: Standing;
  values: Record<string, unknown>;
}

/** Every customer with all his values, as of the last day. */
export const FULL: Full[] = standings(END).map((standing, at) => {
  const person = PEOPLE[at];
  return {
    id: standing.id,
    standing,
    values: {
      ...compute(standing),
      name: person?.name,
      city: person?.city,
      gender: person?.gender,
      birthday: person?.birthday ?? null,
      phone: person?.phone,
      email: person?.email ?? null,
      card: person?.card,
      joined: person?.joined,
    },
  };
});

const options = (list: readonly string[]) => list.map((value) => ({ value, label: T(value, value) }));
const places = (list: { name: string; label: Api['Text'] }[]) =>
  list.map((one) => ({ value: one.name, label: one.label }));
const base = { sortable: true, filterable: true, personal: false };
export const COLUMNS: Api['Column'][] = [
  {
    ...base,
    name: 'rfm_group',
    kind: 'segment',
    label: T('RFM group', 'RFM 分组'),
    unit: 'text',
    options: places(GROUPS),
  },
  {
    ...base,
    name: 'value_tier',
    kind: 'segment',
    label: T('Value tier', '价值层级'),
    unit: 'text',
    options: places(TIERS),
  },
  {
    ...base,
    name: 'life_stage',
    kind: 'segment',
    label: T('Life-cycle stage', '生命周期阶段'),
    unit: 'text',
    options: places(STAGES),
  },
  { ...base, name: 'score', kind: 'segment', label: T('RFM score', 'RFM 综合得分'), unit: 'count' },
  ...TRAITS.map(([name, label, unit, description]) => ({
    ...base,
    name,
    kind: 'trait' as const,
    label,
    unit,
    description,
    options:
      name === 'top_category'
        ? options([...new Set(PRODUCTS.map((p) => p.category))])
        : name === 'top_store'
          ? options(STORES)
          : name === 'top_channel'
            ? options(CHANNELS)
            : undefined,
  })),
  { ...base, name: 'city', kind: 'attribute', label: T('City', '城市'), unit: 'text', options: options(CITIES) },
  {
    ...base,
    name: 'gender',
    kind: 'attribute',
    label: T('Gender', '性别'),
    unit: 'text',
    options: [
      { value: 'female', label: T('Female', '女') },
      { value: 'male', label: T('Male', '男') },
    ],
  },
  { ...base, name: 'birthday', kind: 'attribute', label: T('Birthday', '生日'), unit: 'date', personal: true },
  { ...base, name: 'joined', kind: 'attribute', label: T('Joined', '入会日期'), unit: 'date' },
  { ...base, name: 'phone', kind: 'identity', label: T('Phone', '手机号'), unit: 'text', personal: true },
  { ...base, name: 'email', kind: 'identity', label: T('E-mail', '邮箱'), unit: 'text', personal: true },
  { ...base, name: 'card', kind: 'identity', label: T('Card', '会员卡'), unit: 'text', personal: true },
];
