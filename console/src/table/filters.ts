import type { Api } from '../api/client';

export const OPS = ['eq', 'ne', 'in', 'has', 'ge', 'le', 'gt', 'lt', 'within', 'known'] as const;
export type Op = (typeof OPS)[number];

export interface Filter {
  column: string;
  op: Op;
  value: string;
}

/** Reads `monetary:ge:1000`; null when it does not read. */
export function readFilter(text: string): Filter | null {
  const match = /^([^:]+):([a-z]+):(.*)$/s.exec(text);
  const op = OPS.find((one) => one === match?.[2]);
  return match?.[1] && op ? { column: match[1], op, value: match[3] ?? '' } : null;
}

export function filterText(filter: Filter): string {
  return `${filter.column}:${filter.op}:${filter.value}`;
}

const NUMBERS = new Set(['money', 'count', 'share', 'days', 'orders', 'lines', 'pieces', 'products']);

export type Kind = 'number' | 'day' | 'option' | 'text' | 'bool' | 'key';

/** Columns that hold the id of something; what an id looks like. */
const KEYS: Record<string, string> = { id: 'cus_1', import: 'imp_1' };

/** An id as a column holds it, for example. */
export const keyOf = (column: Api['Column']): string | undefined =>
  column.kind === 'system' ? KEYS[column.name] : undefined;

/** What kind of value a column has, for choosing operators and inputs. */
export function kindOf(column: Api['Column']): Kind {
  if (column.unit === 'bool') return 'bool';
  if (column.options?.length) return 'option';
  if (NUMBERS.has(column.unit)) return 'number';
  if (column.unit === 'time' || column.unit === 'date') return 'day';
  return keyOf(column) ? 'key' : 'text';
}

const FITTING: Record<Kind, Op[]> = {
  number: ['ge', 'le', 'eq', 'known'],
  day: ['within', 'ge', 'le', 'eq', 'known'],
  option: ['in', 'ne', 'known'],
  text: ['has', 'eq', 'ne', 'known'],
  bool: ['eq', 'known'],
  key: ['eq', 'ne'],
};

/** All that may be asked of personal data by who may not see it. */
const WHOLE = new Set<Op>(['eq', 'in', 'known']);

/** The operators that the server takes and that make sense, the most usual first. */
export function opsOf(column: Api['Column'], seesPersonal = true): Op[] {
  const ops = FITTING[kindOf(column)];
  return column.personal && !seesPersonal ? ops.filter((op) => WHOLE.has(op)) : ops;
}
