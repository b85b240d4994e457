/** Groups, tiers and stages as the product ships them; shortened. */
import type { Api } from '../../src/api/client';

const text = (en: string, zh: string): Api['Text'] => ({ en, zh });
const rule = (
  name: string,
  label: [string, string],
  description: [string, string],
  action: [string, string],
  when: string | null,
) => ({
  name,
  label: text(...label),
  description: text(...description),
  action: text(...action),
  when,
});

export const GROUPS = [
  rule(
    'champions',
    ['Champions', '冠军客户'],
    ['Bought recently, buy often and spend the most', '最近买过，买得勤，花得最多'],
    ['Reward them; first to see what is new', '给予礼遇，新品优先体验'],
    'r >= 4 and fm >= 4',
  ),
  rule(
    'new_customers',
    ['New customers', '新客户'],
    ['Bought very recently, and seldom so far', '刚刚开始购买'],
    ['Welcome them, suggest a second purchase', '欢迎引导，促成第二单'],
    'r >= 5 and f <= 1',
  ),
  rule(
    'promising',
    ['Promising', '有望客户'],
    ['Bought recently, but seldom so far', '近期买过，但次数还少'],
    ['A small reason to come back', '给一个回来的小理由'],
    'r = 4 and f <= 1',
  ),
  rule(
    'loyal',
    ['Loyal customers', '忠诚客户'],
    ['Buy regularly and spend well', '经常购买，消费可观'],
    ['Offer better goods and membership', '推荐更高价值商品与会员权益'],
    'r >= 3 and fm >= 3 and f >= 2',
  ),
  rule(
    'potential_loyalists',
    ['Potential loyalists', '潜在忠诚客户'],
    ['Recent customers who have come back', '近期客户，已有复购，还有成长空间'],
    ['Offer membership', '邀请入会，按最近购买推荐搭配'],
    'r >= 4',
  ),
  rule(
    'need_attention',
    ['Need attention', '需要关注'],
    ['Middling in everything', '各项中等，已有一段时间没买'],
    ['A limited offer on what they bought before', '针对买过的品类给限时优惠'],
    'r = 3 and fm >= 2',
  ),
  rule(
    'about_to_sleep',
    ['About to sleep', '即将沉睡'],
    ['Below average in all, on the way out', '各项偏低，正在疏远'],
    ['Show something new before they forget you', '趁还记得，推热门与新品唤回'],
    'r = 3',
  ),
  rule(
    'cannot_lose',
    ["Can't lose them", '不能流失'],
    ['Among the best once, not seen for long', '曾是最好的客户，很久没来'],
    ['Win them back in person', '专人联系，了解原因，拿出诚意挽回'],
    'r <= 2 and fm >= 4',
  ),
  rule(
    'at_risk',
    ['At risk', '有流失风险'],
    ['Bought often or much, but long ago', '以前买得不少，但已很久没买'],
    ['A personal message with a reason to return', '个性化联系，给出回来的理由'],
    'r <= 2 and fm >= 2.5',
  ),
  rule(
    'hibernating',
    ['Hibernating', '休眠客户'],
    ['Few purchases, little money, long ago', '买得少、花得少、时间久'],
    ['Cheap reminders with relevant goods', '低成本提醒，推相关商品'],
    'r = 2',
  ),
  rule(
    'lost',
    ['Lost', '已流失'],
    ['Lowest in recency, frequency and money', '最近一次消费、频次、金额都最低'],
    ['One last attempt', '最后尝试一次，之后不再打扰'],
    'r = 1',
  ),
];
export const TIERS = [
  {
    ...rule(
      'a',
      ['A: high value', 'A 高价值'],
      ['Make the first 80 % of revenue', '贡献前 80% 的净销售额'],
      ['Personal care', '专属服务'],
      null,
    ),
    share: 0.8,
  },
  {
    ...rule('b', ['B: medium value', 'B 中价值'], ['The next 15 %', '其后 15%'], ['Lead them up', '引导升级'], null),
    share: 0.95,
  },
  {
    ...rule('c', ['C: low value', 'C 低价值'], ['The rest', '其余'], ['Serve at low cost', '低成本服务'], null),
    share: null,
  },
];
export const STAGES = [
  rule(
    'prospect',
    ['Prospect', '潜在客户'],
    ['Known, has not bought yet', '已认识，还没买过'],
    ['A reason for the first purchase', '促成首单'],
    'orders = 0',
  ),
  rule(
    'lapsed',
    ['Lapsed', '已流失'],
    ['Silent far longer than his rhythm', '沉默时间远超自己的购买节奏'],
    ['Win back, or stop spending', '挽回，或停止投入'],
    'recency_days > lapse',
  ),
  rule(
    'at_risk',
    ['At risk', '流失预警'],
    ['Overdue by his own rhythm', '按自己的节奏已经逾期'],
    ['Remind him now', '立即提醒'],
    'recency_days > quiet',
  ),
  rule(
    'won_back',
    ['Won back', '召回客户'],
    ['Came back after a long gap', '沉默超过流失界限后又回来'],
    ['Thank him', '感谢回归，了解原因'],
    'last_gap_days > lapse',
  ),
  rule(
    'new',
    ['New', '新客户'],
    ['Has made his first purchases', '刚完成首批购买'],
    ['Make the second purchase easy', '促成第二次购买'],
    'purchase_days <= 1 or tenure_days <= 30',
  ),
  rule(
    'loyal',
    ['Loyal', '忠诚客户'],
    ['Buys steadily for a good while', '长期稳定购买'],
    ['Keep him', '维系：会员权益、优先体验'],
    'orders >= 5 and tenure_days >= 180',
  ),
  rule(
    'active',
    ['Active', '活跃客户'],
    ['Buys within his rhythm', '按自己的节奏在买'],
    ['Recommend what suits him', '推荐合适的商品'],
    null,
  ),
];

export const labelOf = (dimension: string, name: string): Api['Text'] => {
  const list = dimension === 'group' ? GROUPS : dimension === 'tier' ? TIERS : STAGES;
  const special: Record<string, Api['Text']> = {
    outside: text('Outside', '窗口外'),
    none: text('Not yet', '尚未购买'),
  };
  return list.find((one) => one.name === name)?.label ?? special[name] ?? text(name, name);
};
