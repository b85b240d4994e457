import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Api } from '../../api/client';
import { answer, show } from '../../testing/render';
import { OrderTable } from './OrderTable';

const order: Api['Order'] = {
  id: 'ord_1',
  order_id: 'R7',
  customer: 'cus_3',
  customer_name: 'Anna',
  time: '2026-03-02T08:00:00Z',
  kind: 'return',
  amount: '-12.00',
  currency: 'CNY',
  pieces: '-1',
  line_count: 1,
  store: null,
  channel: 'web',
  device: null,
  coupon: null,
  return_of: [{ order_id: 'S5', time: '2026-02-28T20:00:00Z' }],
};
const query = { error: null, isPending: false, isFetching: false, refetch: vi.fn() };

test('a click on a row opens its lines, and a return leads to what was bought', async () => {
  answer({ 'GET /orders/ord_1': { ...order, lines: [] } });
  await show(<OrderTable query={query} rows={[order]} empty={null} withCustomer sort="-time" onSort={vi.fn()} />);
  expect(screen.getByText('Web shop')).toBeTruthy();
  await userEvent.click(screen.getByText('-¥12.00'));
  // In Shanghai it was the next day.
  const bought = await screen.findByRole('link', { name: 'S5' });
  expect(bought.getAttribute('href')).toBe('/orders?customer=cus_3&period=2026-03-01..2026-03-01&kind=sale');
});

test('the heads sort by amount and by time, both ways', async () => {
  const sort = vi.fn();
  answer({});
  await show(<OrderTable query={query} rows={[order]} empty={null} sort="-time" onSort={sort} />);
  await userEvent.click(screen.getByRole('columnheader', { name: 'Amount' }));
  expect(sort).toHaveBeenLastCalledWith('-amount');
  await userEvent.click(screen.getByRole('columnheader', { name: 'Time' }));
  expect(sort).toHaveBeenLastCalledWith('time');
});
