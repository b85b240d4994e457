import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Api } from '../../api/client';
import { ME, show } from '../../testing/render';
import { ImportReport } from './ImportReport';

const label = { en: 'Sales', zh: '销售' };
const sql = "SELECT count(*), sum(amount) FROM order_line WHERE import_id = 3 AND kind = 'sale'";
const none = { lines_removed: 0, orders_changed: 0, orders_removed: 0, returns_linked: 0, customers_changed: 0 };
const report: Api['Report'] = {
  rows: 90,
  bad_rows: 0,
  bad_by_reason: [],
  notes: [],
  applied: {
    ...none,
    lines_added: 80,
    orders_unchanged: 0,
    customers_added: 12,
    products_added: 0,
    products_changed: 0,
  },
  figures: {
    sums: [{ name: 'sales', label, lines: 77, amount: '9.00', sql }],
    orders: 41,
    return_orders: 2,
    products: 3,
    customers: 13,
    customers_with_sale: 11,
    from: '2024-01-01T04:15:47Z',
    to: '2025-12-31T18:41:12Z',
  },
};
const one = { id: 'imp_3', state: 'done', undo_first: [] as string[] } as Api['Import'];
const me = { ...ME, permissions: [...ME.permissions, 'sql.run' as const] };
const links = () => screen.queryAllByRole('link').map((link) => [link.textContent, link.getAttribute('href')]);

test('numbers open what they count', async () => {
  await show(<ImportReport one={one} report={report} />, { me });
  const found = new Map(links() as [string, string][]);
  expect(found.get('41')).toBe('/orders?import=imp_3&period=2024-01-01..2026-01-01');
  expect(found.get('12')).toBe('/customers?filter=import%3Aeq%3Aimp_3');
  const asked = (text: string) => new URLSearchParams(found.get(text)?.split('?')[1]).get('sql') ?? '';
  expect(asked('77')).toBe("SELECT * FROM order_line WHERE import_id = 3 AND kind = 'sale' LIMIT 1000");
  expect(asked('2')).toMatch(/^select order_id, .*import_id = 3 and kind = 'return'/s);
  expect([...found.keys()].sort()).toEqual(['11', '12', '13', '2', '3', '41', '77', '80']);
});

test('a number that a list would not show is no link', async () => {
  const again = { ...report, applied: { ...report.applied, orders_unchanged: 41 } };
  await show(<ImportReport one={one} report={again} />, { me });
  expect(links().map(([text]) => text)).toEqual(['80', '12']);
});

test('nor that of an import whose lines were replaced, or of somebody who may not see them', async () => {
  await show(<ImportReport one={{ ...one, undo_first: ['imp_4'] }} report={report} />, { me });
  expect(links()).toEqual([]);
});
