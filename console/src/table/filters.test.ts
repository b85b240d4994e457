import { expect, test } from 'vitest';
import { filterText, kindOf, opsOf, readFilter } from './filters';
import type { Api } from '../api/client';

const column = (rest: Partial<Api['Column']>): Api['Column'] => ({
  name: 'x',
  kind: 'trait',
  label: { en: 'X', zh: 'X' },
  unit: 'text',
  sortable: true,
  filterable: true,
  personal: false,
  ...rest,
});

test('filters are read as they are written', () => {
  const filter = { column: 'monetary', op: 'ge' as const, value: '1000' };
  expect(readFilter(filterText(filter))).toEqual(filter);
  expect(readFilter('note:has:a:b')).toEqual({ column: 'note', op: 'has', value: 'a:b' });
  expect(readFilter('monetary:nearly:1000')).toBeNull();
  expect(readFilter('monetary')).toBeNull();
});

/** What the server takes, by the kind of a column: crates/segment/src/list/filter.rs. */
const TAKEN: [Partial<Api['Column']>, kind: string, ops: string[]][] = [
  [{ unit: 'money' }, 'number', ['eq', 'ne', 'in', 'lt', 'le', 'gt', 'ge', 'known']],
  [{ unit: 'count' }, 'number', ['eq', 'ne', 'in', 'lt', 'le', 'gt', 'ge', 'known']],
  [{ unit: 'share' }, 'number', ['eq', 'ne', 'in', 'lt', 'le', 'gt', 'ge', 'known']],
  [{ unit: 'time' }, 'day', ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'within', 'known']],
  [{ unit: 'date' }, 'day', ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'within', 'known']],
  [{ unit: 'bool', kind: 'attribute' }, 'bool', ['eq', 'ne', 'known']],
  [{ unit: 'text', kind: 'system', name: 'import' }, 'key', ['eq', 'ne', 'in', 'known']],
  [{ unit: 'text', kind: 'system', name: 'id' }, 'key', ['eq', 'ne', 'in', 'known']],
  [{ unit: 'text' }, 'text', ['eq', 'ne', 'in', 'has', 'known']],
  [{ unit: 'list', kind: 'attribute' }, 'text', ['eq', 'ne', 'in', 'has', 'known']],
  [{ options: [{ value: 'a', label: { en: 'A', zh: 'A' } }] }, 'option', ['eq', 'ne', 'in', 'has', 'known']],
];

test.each(TAKEN)('only what the server takes is offered: %j', (rest, kind, taken) => {
  const one = column(rest);
  expect(kindOf(one)).toBe(kind);
  expect(opsOf(one).length).toBeGreaterThan(1);
  for (const op of opsOf(one)) expect(taken).toContain(op);
});

test('of personal columns only whole values can be asked for without the right to see them', () => {
  for (const [rest] of TAKEN)
    for (const op of opsOf(column({ ...rest, personal: true }), false)) expect(['eq', 'in', 'known']).toContain(op);
  expect(opsOf(column({ personal: true }), true)).toContain('has');
});

test('an attribute that is called like a system column is what it is', () => {
  expect(kindOf(column({ kind: 'attribute', name: 'import' }))).toBe('text');
});
