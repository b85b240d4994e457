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

test('operators fit the values', () => {
  expect(kindOf(column({ unit: 'money' }))).toBe('number');
  expect(opsOf(column({ unit: 'time' }))[0]).toBe('within');
  expect(opsOf(column({ options: [{ value: 'a', label: { en: 'A', zh: 'A' } }] }))).toContain('in');
  expect(opsOf(column({}))).toContain('has');
});
