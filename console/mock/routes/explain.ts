import type { Api } from '../../src/api/client';
import { GROUPS, labelOf, STAGES } from '../data/places';
import type { Full } from '../data/traits';

/** Habits in words. */
export function sentences({ values: v, standing: s }: Full): Api['Sentence'][] {
  const list: Api['Sentence'][] = [];
  const add = (traits: string[], en: string, zh: string) => list.push({ text: { en, zh }, traits });
  if (s.days > 2)
    add(['gap_mean'], `Buys about every ${Math.round(s.rhythm)} days`, `大约每 ${Math.round(s.rhythm)} 天购买一次`);
  if (v.top_category) add(['top_category'], `Mostly ${v.top_category}`, `主要购买${v.top_category}`);
  if (Number(v.share_evening) > 0.5) add(['share_evening'], 'Comes in the evening', '常在晚间购买');
  if (Number(v.share_weekend) > 0.5) add(['share_weekend'], 'Comes at weekends', '常在周末购买');
  if (v.top_channel && v.top_channel !== '门店')
    add(['top_channel'], `Orders through ${v.top_channel}`, `习惯用${v.top_channel}下单`);
  if (Number(v.discount_share) > 0.06) add(['discount_share'], 'Likes a discount', '偏好折扣');
  return list;
}

export function explain({ standing: s, id }: Full): Api['Explanation'] {
  const steps: Api['ExplainStep'][] = [];
  const fm = (s.f + s.m) / 2;
  if (s.recency === null)
    steps.push({
      kind: 'outside',
      text: { en: 'No purchase inside the window: no scores', zh: '窗口内没有购买：没有评分' },
    });
  else {
    steps.push({
      kind: 'values',
      text: {
        en: `Until 2026-10-31: last purchase ${s.recency} days ago; ${s.frequency} orders; ¥${s.monetary} net of returns`,
        zh: `截至 2026-10-31：最近购买距今 ${s.recency} 天；${s.frequency} 单；净消费 ¥${s.monetary}`,
      },
    });
    const axes = [
      ['recency', 'Recency', '最近一次消费', s.r],
      ['frequency', 'Frequency', '频次', s.f],
      ['monetary', 'Monetary', '金额', s.m],
    ] as const;
    for (const [axis, en, zh, score] of axes)
      steps.push({
        kind: 'score',
        axis,
        score,
        bins: 5,
        text: { en: `${en} score ${score} of 5`, zh: `${zh}得分 ${score}/5` },
      });
  }
  for (const rule of s.group ? GROUPS : []) {
    const holds = rule.name === s.group;
    const clauses = (rule.when ?? '').split(' and ').map((clause) => {
      const [name = 'r', op = '>=', right = '0'] = clause.split(' ');
      const left = name === 'r' ? s.r : name === 'f' ? s.f : fm;
      const limit = Number(right);
      return {
        clause,
        left,
        right: limit,
        holds: op === '>=' ? left >= limit : op === '<=' ? left <= limit : left === limit,
      };
    });
    steps.push({
      kind: 'group',
      name: rule.name,
      label: rule.label,
      text: rule.label,
      condition: rule.when,
      clauses,
      holds,
    });
    if (holds) break;
  }
  if (s.tier)
    steps.push({
      kind: 'tier',
      name: s.tier,
      text: {
        en: `Value tier ${labelOf('tier', s.tier).en}: ¥${s.monetary}, by share of revenue`,
        zh: `价值层级「${labelOf('tier', s.tier).zh}」：¥${s.monetary}，按净销售额占比`,
      },
    });
  const rhythm = Math.round(s.rhythm * 10) / 10;
  steps.push({
    kind: 'rhythm',
    text: s.own
      ? {
          en: `Own rhythm: every ${rhythm} days (${s.days} purchase days)`,
          zh: `自己的购买节奏：每 ${rhythm} 天（${s.days} 个购买日）`,
        }
      : { en: 'Rhythm: 30 days, too few purchase days for his own', zh: '节奏：30 天，购买日不足以得出自己的节奏' },
  });
  for (const rule of STAGES) {
    const holds = rule.name === s.stage;
    steps.push({ kind: 'stage', name: rule.name, label: rule.label, text: rule.label, condition: rule.when, holds });
    if (holds) break;
  }
  return { customer: `cus_${id}`, as_of: '2026-10-31', run: 'run_7', steps };
}
