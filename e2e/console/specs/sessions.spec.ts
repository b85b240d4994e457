import { TOTP } from 'otpauth';
import { fillLogIn, logIn, STRANGER, stages } from '../support/people';
import { startShop, type Server } from '../support/server';
import { expect, test } from '../support/test';
import { part } from '../support/wizard';

let shop: Server;
test.beforeAll(async () => {
  shop = await startShop('sessions');
});
test.afterAll(() => shop.remove());
test.beforeEach(async ({ page, context, watch }) => {
  watch.expects(...STRANGER);
  await context.clearCookies();
  await logIn(page, shop.hello);
});

test('a session that is ended elsewhere is thrown out', async ({ page, another, watch }) => {
  const other = await (await another()).newPage();
  await logIn(other, shop.hello);
  await page.goto(`${shop.address}/account`);
  const sessions = part(page, 'Where you are signed in').getByRole('row');
  await expect(sessions.filter({ hasText: 'this one' })).toHaveCount(1);
  watch.expects([401, '/api/v1/']);
  await sessions.getByRole('button', { name: 'End', exact: true }).click();
  await expect(sessions.getByRole('button', { name: 'End', exact: true })).toHaveCount(0);

  await stages(other).getByRole('link', { name: 'Customers' }).click();
  await expect(other).toHaveURL(/\/login\?next=%2Fcustomers/);
  // After a new log-in he is where he wanted to go; the first one was never touched.
  await fillLogIn(other, shop.hello.email, shop.hello.password);
  await expect(other.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();
});

test('two-step sign-in: set up, asked for, a wrong code refused, switched off', async ({ page, context, watch }) => {
  const { address, email, password } = shop.hello;
  await page.goto(`${address}/account`);
  await page.getByRole('button', { name: 'Set up two-step sign-in' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('button', { name: 'Next' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code for the app' })).toBeVisible();
  const secret = await dialog.getByText(/^[A-Z2-7]{16,}$/).innerText();
  const code = (steps = 0) => new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 });
  await dialog.getByRole('textbox', { name: 'Code' }).fill(code());
  await dialog.getByRole('button', { name: 'Switch on' }).click();
  const codes = (await page.getByRole('dialog', { name: 'Recovery codes' }).locator('code').innerText()).split(/\s+/);
  expect(codes.length).toBeGreaterThanOrEqual(8);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await expect(page.getByText(`${codes.length} recovery codes left.`)).toBeVisible();

  await test.step('the password alone does not let in, a wrong code neither', async () => {
    watch.expects([401, '/api/v1/']);
    await context.clearCookies();
    await page.goto(`${address}/login`);
    await fillLogIn(page, email, password);
    await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible();
    const wrong = code() === '000000' ? '111111' : '000000';
    await page.getByLabel('Code').fill(wrong);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('The code is wrong');
    await page.goto(`${address}/customers`);
    await expect(page).toHaveURL(/\/login/);
  });

  await test.step('a code that was used is not good twice, the next one is', async () => {
    await fillLogIn(page, email, password);
    await page.getByLabel('Code').fill(code(1));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  });

  await test.step('a recovery code works, once', async () => {
    await context.clearCookies();
    await page.goto(`${address}/login`);
    await fillLogIn(page, email, password);
    await page.getByLabel('Code').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.goto(`${address}/account`);
    await expect(page.getByText(`${codes.length - 1} recovery codes left.`)).toBeVisible();
  });

  await page.getByRole('button', { name: 'Switch off' }).click();
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('textbox', { name: 'Code' }).fill(codes[1] ?? '');
  await dialog.getByRole('button', { name: 'Switch off' }).click();
  await expect(page.getByRole('button', { name: 'Set up two-step sign-in' })).toBeVisible();
});

test('whoever is signed in tries the API on its own page, also what changes something', async ({ page }) => {
  await page.goto(`${shop.address}/api/docs/`);
  const operation = page.locator('#operations-settings-maintenance_create');
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(operation.locator('.live-responses-table tr.response td.response-col_status')).toContainText('202');
});
