import { expect, test } from 'vitest';
import { fewColumns, orderId } from './checkColumns';

test('keys and empty columns are left out, the order comes first', () => {
  const names = ['customer_id', 'time', 'order_id', 'order_key', 'line_no', 'kind', 'coupon', 'line_hash'];
  const rows = [['cus_1', '2025-12-31T13:41:12Z', 'S1', '7', 0, 'sale', null, '9']];
  expect(fewColumns(names, rows).map((at) => names[at])).toEqual(['order_id', 'time', 'customer_id', 'kind']);
});

test('an order is known by its key', () => {
  expect(orderId('-3992828610472961582')).toBe('ord_c8969f889fbe19d2');
  expect(orderId('255')).toBe('ord_00000000000000ff');
  expect(orderId(null)).toBeUndefined();
});
