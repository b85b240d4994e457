import { expect, test } from 'vitest';
import { firstPage } from './stages';

test('everybody begins at the first page that he may see', () => {
  const begins = (...granted: string[]) => firstPage((permission) => granted.includes(permission));
  expect(begins('customers.read', 'insight.read')).toBe('/');
  // An agent reads customers only.
  expect(begins('customers.read', 'customers.pii', 'customers.write')).toBe('/customers');
  expect(begins()).toBe('/account');
});
