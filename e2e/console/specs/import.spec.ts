import { readFileSync } from 'node:fs';
import { own, shared } from '../support/places';
import { logIn, STRANGER, stages } from '../support/people';
import { startShop, type Server } from '../support/server';
import { expect, test } from '../support/test';
import { cells, choose, figure, importButton, part, run, undo } from '../support/wizard';

let shop: Server;
test.beforeAll(async () => {
  shop = await startShop('import');
});
test.afterAll(() => shop.remove());
test.beforeEach(async ({ page, context, watch }) => {
  // Logging in leads to the overview: a year before its first order a small shop has no moves.
  watch.expects(...STRANGER, [422, '/api/v1/segments/moves']);
  await context.clearCookies();
  await logIn(page, shop.hello);
  await page.goto(`${shop.address}/imports/new`);
});

const HOLDS = 'What the file holds';

test('a file goes in, shows its figures, and comes out again', async ({ page }) => {
  await choose(page, own('orders.csv'));
  const mapping = part(page, 'Which column is what');
  for (const column of ['order_id', 'time', 'customer', 'product', 'quantity', 'unit_price'])
    await expect(mapping.getByText(column, { exact: true })).toBeVisible();
  await expect(part(page, 'The first rows').getByRole('row', { name: /R1001/ })).toContainText('Tea tin');
  await run(page, 30);

  const lines = readFileSync(own('orders.csv'), 'utf8').trim().split('\n').slice(1);
  const rows = lines.map((line) => line.split(','));
  const amount = rows.reduce((sum, row) => sum + Number(row[6]) * Number(row[7]), 0);
  const money = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' }).format(amount);
  await expect(cells(page, HOLDS, 'All lines')).toHaveText([String(rows.length), money]);
  await expect(figure(page, HOLDS, 'Orders')).toHaveText(String(new Set(rows.map((row) => row[0])).size));
  await expect(figure(page, HOLDS, 'Customers')).toHaveText(String(new Set(rows.map((row) => row[2])).size));
  await expect(figure(page, 'What changed', 'Lines added')).toHaveText(String(rows.length));
  await expect(page.getByText('Every row was taken.')).toBeVisible();

  // The same file again adds nothing.
  await page.goto(`${shop.address}/imports/new`);
  await choose(page, own('orders.csv'));
  await run(page, 30);
  await expect(figure(page, 'What changed', 'Lines added')).toHaveCount(0);

  await page.goto(`${shop.address}/imports`);
  await page.getByRole('row', { name: /imp_1/ }).getByRole('link', { name: 'orders.csv' }).click();
  await undo(page);
  await stages(page).getByRole('link', { name: 'Customers' }).click();
  await expect(page.getByText('Nothing was imported yet')).toBeVisible();
});

test('bad rows are listed, mended in place, and come in', async ({ page }) => {
  await choose(page, own('broken.csv'));
  const looked = part(page, 'The first rows');
  await expect(looked).toContainText('3 bad');
  await expect(looked.getByRole('row', { name: /31st of Febtober/ })).toBeVisible();
  // The bad ones alone; the way on is in sight all the time.
  await looked.getByRole('checkbox', { name: 'Only bad rows' }).check();
  await expect(looked.getByRole('row')).toHaveCount(4);
  await expect(importButton(page)).toBeInViewport({ ratio: 1 });
  await expect(part(page, 'Which column is what')).toContainText('Not read: remark');
  await run(page, 30);
  await expect(cells(page, HOLDS, 'All lines').first()).toHaveText('4');
  await expect(part(page, 'Bad rows')).toContainText('3 of 7 rows could not be taken');

  await page.getByRole('link', { name: 'Read and mend' }).click();
  const bad = page.getByRole('group', { name: 'Bad rows' });
  await expect(bad.getByRole('row').filter({ hasText: /./ })).toHaveCount(4);
  const mended: [cell: string, value: string][] = [
    ['time of row 3', '2025-03-02 14:00'],
    ['quantity of row 5', '2'],
    ['remark of row 6', 'surplus'],
  ];
  for (const [cell, value] of mended) await bad.getByRole('textbox', { name: cell }).fill(value);
  await expect(bad.getByText('reads well now')).toHaveCount(3);
  await expect(page.getByText('3 rows changed')).toBeVisible();
  // Whoever leaves now is asked.
  await stages(page).getByRole('link', { name: 'Customers' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByText('3 rows changed')).toBeVisible();
  await page.getByRole('button', { name: 'Import the mended rows' }).click();
  await expect(figure(page, 'What changed', 'Lines added')).toHaveText('3', { timeout: 30_000 });

  await page.goto(`${shop.address}/imports`);
  await page
    .getByRole('row', { name: /broken\.csv/ })
    .last()
    .getByRole('link', { name: '3' })
    .click();
  await expect(page.getByText('mended', { exact: true })).toHaveCount(3);
});

test('bad rows far down in the file are told beforehand and can all be mended afterwards', async ({ page }) => {
  const BAD = [120, 300, 418];
  const line = (_: unknown, at: number) =>
    `L-${at + 1},2025-04-${String(1 + (at % 28)).padStart(2, '0')} 10:00,C-${at % 40},P-1,Tea tin,${BAD.includes(at + 1) ? 'two' : 2},7.50`;
  const lines = [
    'order_id,time,customer,product,product_name,quantity,unit_price',
    ...Array.from({ length: 420 }, line),
  ];
  await choose(page, { name: 'late.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });
  const looked = part(page, 'The first rows');
  await expect(looked).toContainText('Of the first 420 rows: 3 bad, 417 sales');
  // Only the first fifty rows are shown, and say so.
  await expect(looked).toContainText('3 bad rows lie further down in the file');
  await expect(looked.getByRole('checkbox')).toHaveCount(0);
  await expect(page.getByRole('status')).toContainText('3 rows of the sample are bad');
  await expect(importButton(page)).toBeInViewport({ ratio: 1 });
  await run(page, 30);
  await expect(part(page, 'Bad rows')).toContainText('3 of 420 rows could not be taken');

  await page.getByRole('link', { name: 'Read and mend' }).click();
  const bad = page.getByRole('group', { name: 'Bad rows' });
  for (const row of BAD) await bad.getByRole('textbox', { name: `quantity of row ${row}` }).fill('2');
  await expect(bad.getByText('reads well now')).toHaveCount(BAD.length);
  await page.getByRole('button', { name: 'Import the mended rows' }).click();
  await expect(figure(page, 'What changed', 'Lines added')).toHaveText(String(BAD.length), { timeout: 30_000 });
  await undo(page);
});

test('what is no table is refused with a sentence that helps', async ({ page, watch }) => {
  watch.expects([400, '/api/v1/imports/look'], [422, '/api/v1/imports/look']);
  const buffer = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(512, 3)]);
  await choose(page, { name: 'logo.csv', mimeType: 'text/csv', buffer });
  const told = page.getByRole('alert');
  await expect(told).toContainText('This cannot be taken');
  await expect(told).toContainText('give a table as .csv, .xlsx');
  await page.getByRole('button', { name: 'Another file' }).click();
  await expect(page.getByText('Drop a file here, or click to choose one')).toBeVisible();
  // The same in the reader's language.
  await page.evaluate(() => localStorage.setItem('guanxi.language', 'zh'));
  await page.reload();
  await page.locator('input[type=file]').setInputFiles({ name: 'logo.csv', mimeType: 'text/csv', buffer });
  await expect(told).toContainText('这不是文本');
});

test('a mapping is kept under a name, gets another one, and its first one back', async ({ page, watch }) => {
  await choose(page, own('orders.csv'));
  for (const name of ['till', 'other']) {
    await page.getByLabel('Keep this mapping as').fill(name);
    await run(page, 30);
    await page.goto(`${shop.address}/imports/new`);
    await choose(page, own('orders.csv'));
  }
  await page.goto(`${shop.address}/imports`);
  await page.getByRole('button', { name: 'Saved mappings' }).click();
  await page.getByRole('button', { name: 'Rename till' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rename till' });
  watch.expects([409, '/api/v1/mappings/till']);
  await dialog.getByLabel('Name').fill('other');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('a mapping is saved as "other" already').first()).toBeVisible();
  await dialog.getByLabel('Name').fill('Kasse 2');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Rename Kasse 2' })).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Rename till' })).toBeVisible();
});

test('Online Retail goes in with the figures that are known of it', async ({ page }) => {
  const file = shared('online_retail.csv.gz');
  test.skip(!file, 'no ../shared/data/online_retail.csv.gz');
  test.setTimeout(180_000);
  await choose(page, file ?? '');
  await expect(part(page, 'Which column is what').getByText('InvoiceNo', { exact: true })).toBeVisible();
  await importButton(page).click();
  const reading = part(page, 'Being read');
  // A fast machine has read the file before its progress, or even the page, is shown.
  await expect(reading.getByRole('progressbar').or(part(page, HOLDS)).first()).toBeVisible({ timeout: 30_000 });
  await expect(part(page, HOLDS)).toBeVisible({ timeout: 120_000 });

  // The sums of the README beside the data.
  const sums: [name: string, lines: string, amount: string][] = [
    ['All lines', '541,909', '£9,747,747.93'],
    ['All but returns', '532,621', '£10,644,560.42'],
    ['Returns', '9,288', '-£896,812.49'],
    ['With a customer', '406,829', '£8,300,065.81'],
    ['With a customer, but returns', '397,924', '£8,911,407.90'],
  ];
  for (const [name, lines, amount] of sums) await expect(cells(page, HOLDS, name)).toHaveText([lines, amount]);
  const counts = { Orders: '25,900', 'of them returns': '3,836', Products: '4,070', Customers: '4,372' };
  for (const [word, value] of Object.entries(counts)) await expect(figure(page, HOLDS, word)).toHaveText(value);
  await undo(page);
});
