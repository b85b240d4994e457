import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Api } from '../../api/client';
import { answer, Failure, show } from '../../testing/render';
import { CustomersPage } from './CustomersPage';

const column = (name: string, unit: string): Api['Column'] => ({
  name,
  kind: 'trait',
  label: { en: name, zh: name },
  unit,
  sortable: true,
  filterable: true,
  personal: false,
});
const columns = [column('monetary', 'money'), column('frequency', 'orders')];
const page = (names: string[], next?: string): Api['CustomerPage'] => ({
  items: names.map((name, at) => ({ id: `cus_${name}${at}`, name, values: { monetary: '1234.50', frequency: 3 } })),
  next,
  total: { value: 2, exact: true },
  currency: 'CNY',
  masked: true,
});

test('the list is in the address: filters are asked for, shown in words and taken away', async () => {
  const asked = answer({ 'GET /customers/columns': columns, 'GET /customers': page(['Anna']) });
  const router = await show(<CustomersPage />, { at: '/customers?filter=monetary:ge:1000&columns=monetary' });
  expect(await screen.findByRole('link', { name: 'Anna' })).toBeTruthy();
  expect(screen.getByText('¥1,234.50')).toBeTruthy();
  expect(screen.getByText(/shown in part/)).toBeTruthy();
  const list = asked.map((r) => new URL(r.url)).find((u) => u.pathname === '/api/v1/customers');
  expect(list?.searchParams.getAll('filter')).toEqual(['monetary:ge:1000']);
  expect(await screen.findByText('monetary ≥ ¥1,000.00')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Clear all' }));
  await waitFor(() => expect(router.state.location.search).not.toContain('filter'));
});

test('more rows come on request', async () => {
  answer({
    'GET /customers/columns': columns,
    'GET /customers': (request: Request) =>
      request.url.includes('cursor=two') ? page(['Ben']) : page(['Anna'], 'two'),
  });
  await show(<CustomersPage />, { at: '/customers' });
  await userEvent.click(await screen.findByRole('button', { name: 'Show more' }));
  expect(await screen.findByRole('link', { name: 'Ben' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Anna' })).toBeTruthy();
});

test('an error says what happened and what to try', async () => {
  const problem = {
    code: 'invalid_argument',
    status: 400,
    detail: '"much" is not a number',
    hint: 'write monetary:ge:1000',
  };
  answer({ 'GET /customers/columns': columns, 'GET /customers': new Failure(400, problem) });
  await show(<CustomersPage />, { at: '/customers?filter=monetary:ge:much' });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('"much" is not a number');
  expect(alert.textContent).toContain('write monetary:ge:1000');
});

test('nobody found: it says what to do, in Chinese, too', async () => {
  answer({ 'GET /customers/columns': columns, 'GET /customers': { ...page([]), masked: false } });
  await show(<CustomersPage />, { at: '/customers?q=zzz', language: 'zh' });
  expect(await screen.findByText('没有符合条件的客户')).toBeTruthy();
  const search = screen.getByRole<HTMLInputElement>('searchbox');
  expect(search.value).toBe('zzz');
  await userEvent.click(screen.getByRole('button', { name: '全部清除' }));
  await waitFor(() => expect(search.value).toBe(''));
});
