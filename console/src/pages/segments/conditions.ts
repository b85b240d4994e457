/** Conditions of groups and stages, read as the server reads them, so that a slip is said while one types and in one's own language. */
export const GROUP_WORDS = ['r', 'f', 'm', 'fm'];
export const STAGE_WORDS = [
  'orders',
  'purchase_days',
  'tenure_days',
  'recency_days',
  'rhythm_days',
  'rhythms',
  'last_gap_days',
];

/** What is wrong: a key of `rules.fault` and what it speaks of. */
export interface Fault {
  key: 'comparison' | 'unknown' | 'number' | 'limit';
  part: string;
  known: string;
}

type Test = (values: Record<string, number>) => boolean;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const OPS: Record<string, (left: number, right: number) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

function readClause(text: string, words: string[], limits: string[]): Test | Fault {
  const match = /^(.*?)(<=|>=|!=|==|<|>|=)(.*)$/.exec(text);
  const [left, sign, right] = [match?.[1]?.trim() ?? '', match?.[2] ?? '', match?.[3]?.trim() ?? ''];
  const holds = OPS[sign];
  if (!holds) return { key: 'comparison', part: text, known: `${words[0]} >= 4` };
  if (!words.includes(left)) return { key: 'unknown', part: left, known: words.join(', ') };
  if (NUMBER.test(right)) return (values) => holds(values[left] ?? NaN, Number(right));
  if (limits.includes(right)) return (values) => holds(values[left] ?? NaN, values[right] ?? NaN);
  return limits.length > 0
    ? { key: 'limit', part: right, known: limits.join(', ') }
    : { key: 'number', part: right, known: '' };
}

/** A condition as a test, or what is wrong with it. Comparisons joined with `and` and `or`; `and` binds tighter. */
export function readCondition(text: string, words: string[], limits: string[] = []): Test | Fault {
  const any: Test[][] = [];
  for (const part of ` ${text} `.split(/\sor(?=\s)/)) {
    const all: Test[] = [];
    for (const clause of `${part} `.split(/\sand(?=\s)/)) {
      const read = readClause(clause.trim().replace(/\s+/g, ' '), words, limits);
      if (typeof read !== 'function') return read;
      all.push(read);
    }
    any.push(all);
  }
  return (values) => any.some((all) => all.every((test) => test(values)));
}

/** All 125 combinations of scores. */
export const CELLS = Array.from({ length: 125 }, (_, at) => {
  const [r, f, m] = [Math.floor(at / 25) + 1, (Math.floor(at / 5) % 5) + 1, (at % 5) + 1];
  return { r, f, m, fm: (f + m) / 2 };
});
