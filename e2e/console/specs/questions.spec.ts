import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import { expect, test } from '../support/test';
import { part } from '../support/wizard';

const number = (text: string | null) => Number(/[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', ''));

test('a question in SQL: table, chart, saved, opened again, removed, brought back', async ({ page, watch }) => {
  await page.goto('/sql');
  const editor = page.getByRole('textbox', { name: 'SQL query' });
  await expect(editor).toContainText('from rfm');
  // Emptied first: typing over coloured text, Chromium itself makes style attributes, which the policy refuses.
  const write = async (sql: string) => {
    await editor.press('Control+a');
    await editor.press('Delete');
    await editor.pressSequentially(sql);
  };
  await write('select rfm_group, count(*) as customers from rfm group by rfm_group order by customers desc');
  await editor.press('Control+Enter');
  const answer = part(page, 'Answer');
  const rows = answer.getByRole('group', { name: 'Rows' }).getByRole('row').filter({ hasText: /\d/ });
  await expect(rows.first()).toBeVisible();
  await expect(answer.getByText(new RegExp(`^${await rows.count()} rows in `))).toBeVisible();

  await answer.getByRole('link', { name: 'Chart' }).click();
  const chart = answer.getByRole('img', { name: 'Chart' });
  await expect(chart.locator('canvas')).toBeVisible();
  await answer.getByText('Line', { exact: true }).click();
  await expect(page).toHaveURL(/chart=line/);

  await page.getByRole('button', { name: 'Save question' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save question' });
  await dialog.getByLabel('Name').fill('Groups by size');
  await dialog.getByLabel('What it answers').fill('How many are in each group');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.goto('/sql');
  const saved = part(page, 'Saved questions');
  await saved.getByRole('button', { name: /^Groups by size/ }).click();
  // Drawn as it was saved.
  await expect(chart.locator('canvas')).toBeVisible();
  await expect(answer.getByRole('radio', { name: 'Line' })).toBeChecked();
  await answer.getByRole('link', { name: 'Table' }).click();
  await expect(rows.first()).toBeVisible();
  await saved.getByRole('button', { name: 'Remove “Groups by size”' }).click();
  await expect(saved.getByRole('button', { name: /^Groups by size/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await saved.getByRole('button', { name: 'Remove “Groups by size”' }).click();
  await expect(saved.getByRole('button', { name: /^Groups by size/ })).toHaveCount(0);

  // A mistake is told in words, with the place.
  watch.expects([400, '/api/v1/sql'], [422, '/api/v1/sql']);
  await write('select nothing from rfm');
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('nothing');
});

test('an address with SQL is answered when it is opened, and after a reload', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (r) => r.url().endsWith('/sql/queries') && asked.push(String(r.postData())));
  await page.goto('/sql?sql=select%20count(*)%20as%20n%20from%20customer');
  const rows = part(page, 'Answer').getByRole('group', { name: 'Rows' }).getByRole('row').filter({ hasText: /^600$/ });
  await expect(rows).toBeVisible();
  await page.reload();
  await expect(rows).toBeVisible();
  expect(asked.length).toBe(2);
  // What is typed waits until somebody asks.
  await page.getByRole('textbox', { name: 'SQL query' }).press('End');
  await page.keyboard.type(' where 1 = 1');
  expect(asked.length).toBe(2);
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => asked.length).toBe(3);
});

test('an export has as many rows as the list says, and the job that made it is listed', async ({ page }) => {
  await page.goto('/customers?filter=frequency:ge:2');
  const title = page.getByRole('heading', { level: 1, name: 'Customers' });
  await expect(title).toContainText(/\d/);
  const total = number(await title.innerText());
  expect(total).toBeGreaterThan(10);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  // One stays where one is; the same notice gives the file.
  const notice = page.getByRole('status').filter({ hasText: 'is ready' });
  const rowsOf = async (link: Locator) => {
    const loading = page.waitForEvent('download');
    await link.click();
    const text = readFileSync(await (await loading).path(), 'utf8');
    return text.trim().split('\n').length - 1;
  };
  expect(await rowsOf(notice.getByRole('link', { name: 'Download' }))).toBe(total);
  await expect(notice).toHaveCount(0);
  await expect(title).toBeVisible();
  await expect(page.getByText(/^Done: /)).toHaveCount(0);

  await page.goto('/jobs');
  const job = page
    .getByRole('group', { name: 'Jobs' })
    .getByRole('row')
    .filter({ has: page.getByRole('link') })
    .first();
  await expect(job).toContainText(/customers-\d{4}-\d\d-\d\d\.csv/);
  expect(await rowsOf(job.getByRole('link', { name: 'Download' }))).toBe(total);

  await page.getByText('Failed', { exact: true }).click();
  await expect(page).toHaveURL(/state=dead/);
  await expect(page.getByText('No jobs')).toBeVisible();
});
