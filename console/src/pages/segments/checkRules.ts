import type { Api } from '../../api/client';
import { CELLS, GROUP_WORDS, readCondition, STAGE_WORDS, type Fault } from './conditions';

type Rules = Api['SegmentSettings'];
type Rule = Api['Rule'];

/** What is wrong with a field; `key` names a text of `rules.fault`. */
export interface RuleFault {
  field: string;
  key:
    | Fault['key']
    | 'required'
    | 'name'
    | 'same'
    | 'above'
    | 'rest'
    | 'open'
    | 'share'
    | 'amount'
    | 'days'
    | 'bounds'
    | 'weights';
  values?: Record<string, string | number>;
}

const blank = (text: string | null | undefined) => !text?.trim();
const above0 = (value: number | null | undefined) => typeof value === 'number' && value > 0;

/** What the server would refuse, found before it is asked; the server has the last word. */
export function checkRules(rules: Rules): RuleFault[] {
  const limits = rules.lifecycle.limits.map((limit) => limit.name);
  return [
    ...ofScores(rules.rfm),
    ...ofList('groups', rules.groups, GROUP_WORDS, []),
    ...ofCover(rules.groups),
    ...ofTiers(rules.value),
    ...ofLimits(rules.lifecycle),
    ...ofList('lifecycle.stages', rules.lifecycle.stages, STAGE_WORDS, limits),
    ...(blank(rules.lifecycle.stages.at(-1)?.when)
      ? []
      : [{ field: `lifecycle.stages[${rules.lifecycle.stages.length - 1}].when`, key: 'rest' as const }]),
  ];
}

function ofNames(field: string, list: { name: string; label?: Api['Text'] }[]): RuleFault[] {
  return list.flatMap(({ name, label }, at): RuleFault[] => {
    const faults: RuleFault[] = [];
    if (!/^[a-z][a-z0-9_]*$/.test(name) || name === 'none' || name === 'outside')
      faults.push({ field: `${field}[${at}].name`, key: 'name' });
    else if (list.findIndex((other) => other.name === name) < at)
      faults.push({ field: `${field}[${at}].name`, key: 'same' });
    // Both languages lead to whichever of the two is shown.
    if (label && blank(label.en) && blank(label.zh))
      faults.push(...['en', 'zh'].map((one) => ({ field: `${field}[${at}].label.${one}`, key: 'required' as const })));
    return faults;
  });
}

function ofList(field: string, list: Rule[], words: string[], limits: string[]): RuleFault[] {
  const conditions = list.flatMap(({ when }, at): RuleFault[] => {
    if (blank(when)) return at < list.length - 1 ? [{ field: `${field}[${at}].when`, key: 'above' }] : [];
    const read = readCondition(when ?? '', words, limits);
    return typeof read === 'function'
      ? []
      : [{ field: `${field}[${at}].when`, key: read.key, values: { part: read.part, known: read.known } }];
  });
  return [...ofNames(field, list), ...conditions];
}

/** Which group takes each combination of scores; nothing while a condition does not read. */
function takers(groups: Rule[]): number[] | null {
  const tests = groups.map(({ when }) => (blank(when) ? () => true : readCondition(when ?? '', GROUP_WORDS)));
  const read = tests.filter((test) => typeof test === 'function');
  return read.length < tests.length ? null : CELLS.map((cell) => read.findIndex((test) => test(cell)));
}

function ofCover(groups: Rule[]): RuleFault[] {
  const taken = takers(groups) ?? [];
  const open = CELLS.filter((_, at) => taken[at] === -1);
  const [first] = open;
  if (!first) return [];
  const values = { open: open.length, cell: `r = ${first.r}, f = ${first.f}, m = ${first.m}` };
  return [{ field: 'groups', key: 'open', values }];
}

/** Groups that can never take anyone, by their place. */
export function hiddenGroups(groups: Rule[]): ReadonlySet<number> {
  const taken = takers(groups);
  return new Set(taken ? groups.flatMap((_, at) => (taken.includes(at) ? [] : [at])) : []);
}

function ofTiers({ method, tiers }: Rules['value']): RuleFault[] {
  const key = method === 'pareto' ? 'share' : 'from';
  const lines = tiers.slice(0, -1).map((tier) => (method === 'pareto' ? tier.share : tier.from && Number(tier.from)));
  const faults = lines.flatMap((line, at): RuleFault[] => {
    const field = `value.tiers[${at}].${key}`;
    const before = lines[at - 1];
    if (typeof line !== 'number') return [{ field, key: 'required' }];
    if (method === 'pareto') return line > (before || 0) && line < 1 ? [] : [{ field, key: 'share' }];
    return at === 0 || typeof before !== 'number' || line < before ? [] : [{ field, key: 'amount' }];
  });
  return [...ofNames('value.tiers', tiers), ...faults];
}

function ofLimits({ limits, default_rhythm_days }: Rules['lifecycle']): RuleFault[] {
  const faults = limits.flatMap((limit, at): RuleFault[] => {
    const field = `lifecycle.limits[${at}]`;
    const least = limit.min_days;
    if (!above0(limit.rhythms)) return [{ field: `${field}.rhythms`, key: 'required' }];
    if (typeof least !== 'number' || least < 0) return [{ field: `${field}.min_days`, key: 'required' }];
    return above0(limit.max_days) && limit.max_days >= least ? [] : [{ field: `${field}.max_days`, key: 'days' }];
  });
  const rhythm: RuleFault[] = above0(default_rhythm_days)
    ? []
    : [{ field: 'lifecycle.default_rhythm_days', key: 'required' }];
  return [...rhythm, ...ofNames('lifecycle.limits', limits), ...faults];
}

function ofScores({ bins, bounds, weights }: Rules['rfm']): RuleFault[] {
  const rising = (list: number[]) => list.length <= 9 && list.every((n, at) => at === 0 || n > (list[at - 1] ?? n));
  const faults = (['recency_days', 'frequency', 'monetary'] as const).flatMap((axis): RuleFault[] =>
    rising(bounds?.[axis] ?? []) ? [] : [{ field: `rfm.bounds.${axis}`, key: 'bounds' }],
  );
  if (typeof bins !== 'number') faults.push({ field: 'rfm.bins', key: 'required' });
  for (const [axis, weight] of Object.entries(weights))
    if (typeof weight !== 'number') faults.push({ field: `rfm.weights.${axis}`, key: 'required' });
  if (Object.values(weights).every((weight) => !weight)) faults.push({ field: 'rfm.weights.recency', key: 'weights' });
  return faults;
}
