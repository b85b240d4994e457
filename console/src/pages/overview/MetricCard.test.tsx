import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Api } from '../../api/client';
import { show } from '../../testing/render';
import { MetricCard } from './MetricCard';
import { isYoung } from './useHistoryStart';

const text = (value: string) => ({ en: value, zh: value });
const metric: Api['Metric'] = {
  name: 'return_rate',
  label: text('Return rate'),
  description: text('Returns by sales'),
  formula: text('returns ÷ sales'),
  sql: 'select 1',
  unit: 'share',
  value: '0.021',
  before: '0.018',
  change: 0.003,
  better: 'down',
  series: [
    { date: '2026-01-01', value: '0.02' },
    { date: '2026-02-01', value: '0.021' },
  ],
  list: { page: 'orders', query: { from: '2026-01-01', to: '2026-02-28', kind: 'return' } },
};

test('a number opens its list, and more returns are bad news', async () => {
  const choose = vi.fn();
  await show(<MetricCard metric={metric} currency="CNY" chosen={false} onChoose={choose} />);
  const number = screen.getByRole('link', { name: /2\.1%/ });
  expect(number.getAttribute('href')).toBe('/orders?period=2026-01-01..2026-02-28&kind=return');
  expect(screen.getByText(/\+0\.3 pp/).className).toContain('gx-bad');
  await userEvent.click(screen.getByRole('button', { name: 'Return rate' }));
  expect(choose).toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: /means/ }));
  expect(await screen.findByText('select 1')).toBeTruthy();
});

test('a share has a digit more where the change would not be seen', async () => {
  const close = { ...metric, value: '0.0126', before: '0.0134', change: -0.0008 };
  await show(<MetricCard metric={close} currency="CNY" chosen={false} onChoose={vi.fn()} />);
  expect(screen.getByRole('link', { name: /1\.26%/ })).toBeTruthy();
  expect(screen.getByText(/from 1\.34%/)).toBeTruthy();
  expect(screen.getByText(/-0\.08 pp/)).toBeTruthy();
});

test('from nothing there is no rate, but the nothing is told', async () => {
  const fresh = { ...metric, name: 'returning_customers', unit: 'count', value: '4029', before: '0', change: null };
  await show(<MetricCard metric={fresh} currency="CNY" chosen={false} onChoose={vi.fn()} />);
  expect(screen.getByText('from 0')).toBeTruthy();
  expect(screen.queryByText('no comparison')).toBeNull();
});

test('a comparison in which everybody was new is no bad news', async () => {
  const fewer = { ...metric, name: 'new_customers', unit: 'count', value: '3033', before: '6231', change: -0.513 };
  await show(<MetricCard metric={fewer} currency="CNY" since="2024-01-01" chosen={false} onChoose={vi.fn()} />);
  expect(screen.getByText(/history from Jan 2024/)).toBeTruthy();
  expect(screen.queryByText(/51/)).toBeNull();
});

test('the history is young up to a month after its first day', () => {
  expect(isYoung({ from: '2024-01-01', to: '2024-12-31' }, '2024-01-01')).toBe(true);
  expect(isYoung({ from: '2023-12-01', to: '2024-12-31' }, '2024-01-01')).toBe(true);
  expect(isYoung({ from: '2024-02-01', to: '2024-12-31' }, '2024-01-01')).toBe(false);
  expect(isYoung(null, '2024-01-01')).toBe(false);
  expect(isYoung({ from: '2024-01-01', to: '2024-12-31' }, undefined)).toBe(false);
});
