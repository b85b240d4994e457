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

/** What kind of value a column has, for choosing operators and inputs. */
export function kindOf(column: Api['Column']): 'number' | 'day' | 'option' | 'text' {
  if (column.options?.length) return 'option';
  if (NUMBERS.has(column.unit)) return 'number';
  return column.unit === 'time' || column.unit === 'date' ? 'day' : 'text';
}

/** The operators that make sense, the most usual first. */
export function opsOf(column: Api['Column']): Op[] {
  const ops: Record<ReturnType<typeof kindOf>, Op[]> = {
    number: ['ge', 'le', 'eq', 'known'],
    day: ['within', 'ge', 'le', 'known'],
    option: ['in', 'ne', 'known'],
    text: ['has', 'eq', 'known'],
  };
  return ops[kindOf(column)];
}
