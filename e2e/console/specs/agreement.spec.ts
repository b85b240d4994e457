import { join } from 'node:path';
import { ROOT } from '../support/places';
import { expect, test } from '../support/test';
import { exported, heading, header } from '../support/lists';
import { steady } from '../support/steady';

/** How many rows the list shows at first. */
const PAGE = 50;

/** What a list is asked for, and how many that are by SQL that was written independently. */
const QUESTIONS: [query: string, sql: string][] = [
  ['filter=monetary:ge:500', 'trait where monetary >= 500'],
  ['filter=monetary:lt:100.5&filter=frequency:gt:2', 'trait where monetary < 100.5 and frequency > 2'],
  ['filter=recency:in:3,5,7,30', 'trait where recency in (3, 5, 7, 30)'],
  ['filter=gap_mean:known:no&filter=frequency:known:yes', 'trait where gap_mean is null'],
  ['filter=top_channel:eq:app', "trait where top_channel = 'app'"],
  ['filter=return_rate:gt:0.1', 'trait where return_rate > 0.1'],
  ['filter=rfm_group:in:champions,loyal', "rfm where rfm_group in ('champions', 'loyal')"],
  ['filter=phone:known:no', 'contact where not phone'],
  ['within=group:champions', "rfm where rfm_group = 'champions'"],
  ['within=tier:a&filter=r:ge:4', "rfm where value_tier = 'a' and r >= 4"],
  ['within=stage:at_risk', "rfm where life_stage = 'at_risk'"],
  ['within=cell:5-5', 'rfm where r = 5 and f = 5'],
];

test('a page, the file it exports, the API and SQL name the same customers', async ({ page, request }) => {
  test.setTimeout(300_000);
  const headers = await header(request);
  const list = page.getByRole('group', { name: 'Customers' });
  const links = list.getByRole('row').getByRole('link');
  for (const [query, sql] of QUESTIONS) {
    const asked = await request.post('/api/v1/sql/queries', {
      headers,
      data: {
        id: `qry_${crypto.randomUUID().replaceAll('-', '').slice(0, 20)}`,
        sql: `select count(*) as n from ${sql}`,
      },
    });
    expect(asked.status(), await asked.text()).toBe(200);
    const counted = (await asked.json()) as { rows: number[][] };
    const answer = await request.get(`/api/v1/customers?limit=500&sort=-monetary&${query}`);
    const api = (await answer.json()) as { total: { value: number }; items: { id: string }[]; next?: string };
    const all = api.items.map((one) => one.id);
    expect(Number(counted.rows[0]?.[0]), query).toBe(api.total.value);
    expect(all.length, `${query} finds somebody, and not too many for one page of the API`).toBeGreaterThan(0);
    expect(all.length, query).toBe(api.total.value);

    await page.goto(`/customers?${query}`);
    await expect(page.getByRole('heading', { level: 1 }), query).toContainText(heading(api.total.value));
    await expect(links, query).toHaveCount(Math.min(PAGE, api.total.value));
    const shown = await links.evaluateAll((them) => them.map((a) => /cus_\d+/.exec(a.getAttribute('href') ?? '')?.[0]));
    expect(shown, query).toEqual(all.slice(0, PAGE));
    expect(await exported(page, request), query).toEqual(all);
  }
});

test('the number on the overview is the number in the list behind it', async ({ page }) => {
  test.setTimeout(120_000);
  const title = page.getByRole('heading', { level: 1 });
  await page.goto('/');
  await steady(page);
  const cohorts = page.getByRole('group', { name: 'Do customers come back?' });
  // The fourth month: how many began, how many came back two months later.
  const row = cohorts.getByRole('row').nth(4);
  const size = row.getByRole('link').first();
  const cell = row.getByRole('link').nth(3);
  const cases: [string, typeof size, string][] = [
    ['who began in a month', size, (await size.textContent()) ?? ''],
    ['who came back', cell, (await cell.getAttribute('title')) ?? ''],
  ];
  const hours = page.getByRole('group', { name: 'When do customers buy?' }).getByRole('link');
  await page.goto('/?hours=orders');
  await steady(page);
  const best = page.getByRole('link', { name: /^Best hour/ });
  const words = (await best.textContent()) ?? '';
  const orders = /with ([\d,]+) orders/.exec(words)?.[1] ?? '';
  expect(await hours.count()).toBeGreaterThan(20);
  cases.push(['the best hour', best, orders]);
  const hour = hours.nth(30);
  const told = /: ([\d,]+) orders/.exec((await hour.getAttribute('aria-label')) ?? '')?.[1] ?? '';
  cases.push(['another hour', hour, told]);
  const first = page.getByRole('region', { name: 'What sells' }).getByRole('listitem').first();
  const buyers = /([\d,]+) customers/.exec((await first.textContent()) ?? '')?.[1] ?? '';
  cases.push(['what sells', first.getByRole('link').first(), buyers]);
  for (const [what, link, count] of cases) {
    expect(count, what).toMatch(/^[1-9][\d,]*$/);
    await page.goto('/?hours=orders');
    await steady(page);
    await link.click();
    await expect(title, what).toContainText(new RegExp(`(Customers|Orders)\\s*${count}$`));
  }
});

test('what a store sold is the sum of the orders behind it', async ({ page }) => {
  await page.goto('/?top=store');
  await steady(page);
  const first = page.getByRole('region', { name: 'What sells' }).getByRole('listitem').first();
  const money = first.getByRole('link').nth(1);
  const sum = await money.getAttribute('title');
  expect(sum).toMatch(/\d/);
  await money.click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Orders');
  await expect(page.getByText(`${sum} net`)).toBeVisible();
});

test('a check opens as many rows as it found', async ({ page }) => {
  await page.goto('/data/quality');
  await steady(page);
  const link = page.getByRole('table').getByRole('link').first();
  const failed = (await link.textContent()) ?? '';
  expect(failed).toMatch(/^[1-9][\d,]*$/);
  await link.click();
  await steady(page);
  await expect(page.getByText(new RegExp(`(^| of )${failed}( rows?)?$`))).toBeVisible();
});

/** What the console's own code says; the compiler does not look at it, for the console's packages need not be there. */
interface Filters {
  kindOf: (column: Column) => 'number' | 'day' | 'option' | 'text' | 'bool' | 'key';
  keyOf: (column: Column) => string | undefined;
  opsOf: (column: Column) => string[];
}
interface Column {
  name: string;
  filterable: boolean;
  options?: { value: string }[];
}
const FILTERS = join(ROOT, 'console/src/table/filters.ts');

test('the server takes every filter that the form offers', async ({ request }) => {
  const { kindOf, keyOf, opsOf } = (await import(FILTERS)) as Filters;
  const columns = (await (await request.get('/api/v1/customers/columns')).json()) as Column[];
  const value = (column: Column, op: string): string => {
    if (op === 'known') return 'yes';
    if (op === 'within') return '90d';
    const [option, key] = [column.options?.[0]?.value ?? '', keyOf(column) ?? ''];
    return { number: '3', day: '2025-06-01', text: 'a', bool: 'false', option, key }[kindOf(column)];
  };
  expect([...new Set(columns.map(kindOf))].sort()).toEqual(['day', 'key', 'number', 'option', 'text']);
  for (const column of columns.filter((one) => one.filterable))
    for (const op of opsOf(column)) {
      const filter = `${column.name}:${op}:${value(column, op)}`;
      const answer = await request.get(`/api/v1/customers?limit=1&filter=${encodeURIComponent(filter)}`);
      expect(answer.status(), filter).toBe(200);
    }
});
