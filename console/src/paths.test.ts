import { expect, test } from 'vitest';
import { absolute, safeNext, to, withQuery } from './paths';

test('queries: empty values are left out, lists are repeated, texts are escaped', () => {
  expect(withQuery('/a', { x: '', y: undefined, z: null })).toBe('/a');
  expect(to.customers({ filter: ['a:eq:1', 'b:has:x&y'] })).toBe('/customers?filter=a%3Aeq%3A1&filter=b%3Ahas%3Ax%26y');
});

test('the days of a number become the period of its list', () => {
  const query = { from: '2026-01-01', to: '2026-03-31', kind: 'return' };
  expect(to.list({ page: 'orders', query })).toBe('/orders?period=2026-01-01..2026-03-31&kind=return');
  expect(to.list({ page: 'customers', query: { within: 'group:champions' } })).toBe(
    '/customers?within=group%3Achampions',
  );
});

test('after log-in one stays on this site', () => {
  expect(safeNext('/customers?q=a')).toBe('/customers?q=a');
  for (const evil of ['https://evil.example', '//evil.example', '/\\evil.example', null])
    expect(safeNext(evil)).toBe('/');
});

test('a link to hand over is whole, also when the server does not know its address', () => {
  expect(absolute('/reset#x')).toBe(`${location.origin}/reset#x`);
  expect(absolute('https://crm.example/reset#x')).toBe('https://crm.example/reset#x');
});
