import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Api } from '../../api/client';
import { show } from '../../testing/render';
import { MetricCard } from './MetricCard';

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
