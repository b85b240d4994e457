import { own } from '../support/places';
import { logIn, STRANGER, stages } from '../support/people';
import { guanxi, startShop, type Server } from '../support/server';
import { expect, test } from '../support/test';

let shop: Server;
test.beforeAll(async () => {
  shop = await startShop('roles', (folder) => {
    guanxi(folder, 'import', 'customers', own('customers.csv'));
    guanxi(folder, 'import', 'orders', own('orders.csv'));
    guanxi(folder, 'traits', 'rebuild');
    guanxi(folder, 'segment', 'rfm');
  });
});
test.afterAll(() => shop.remove());

test('an invited viewer sees masked people and nothing that he may not do', async ({
  page,
  context,
  another,
  watch,
}) => {
  // Of a year before its first order a small shop has no moves.
  watch.expects(...STRANGER, [422, '/api/v1/segments/moves']);
  await context.clearCookies();
  await logIn(page, shop.hello);
  await page.goto(`${shop.address}/customers`);
  await expect(page.getByRole('link', { name: 'Ada Bennett' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Export' })).toBeVisible();

  await page.goto(`${shop.address}/settings/users`);
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail address').fill('vic@shop.example');
  await dialog.getByLabel('Role').click();
  // Below "Manager": marketer, analyst, agent, viewer.
  for (let step = 0; step < 4; step++) await dialog.getByLabel('Role').press('ArrowDown');
  await dialog.getByLabel('Role').press('Enter');
  await expect(dialog).toContainText('Viewer');
  await dialog.getByRole('button', { name: 'Make link' }).click();
  const link = await dialog.getByText(/\/invitation#/).innerText();
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await expect(page.getByRole('group', { name: 'Open invitations' })).toContainText('vic@shop.example');

  const browser = await another();
  const visitor = await browser.newPage();
  await visitor.goto(link.replace(/^https?:\/\/[^/]+/, shop.address));
  await expect(visitor.getByText('You were invited as Viewer, with the address vic@shop.example.')).toBeVisible();
  await visitor.getByLabel('Your name').fill('Vic');
  await visitor.getByLabel('New password', { exact: true }).fill('look but do not touch');
  await visitor.getByLabel('New password again').fill('look but do not touch');
  await visitor.getByRole('button', { name: 'Set password and begin' }).click();
  await expect(visitor.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();

  await test.step('personal data is masked, in the page and in what the server sends', async () => {
    const answer = visitor.waitForResponse(/\/api\/v1\/customers\?/);
    await stages(visitor).getByRole('link', { name: 'Customers' }).click();
    expect(await (await answer).text()).not.toMatch(/Ada Bennett|王小明|Okafor|7946|mail\.example"/);
    await expect(visitor.getByText('your role does not include personal data')).toBeVisible();
    await visitor
      .getByRole('row')
      .filter({ has: visitor.getByRole('link') })
      .first()
      .getByRole('link')
      .click();
    await expect(visitor.getByText('shown in part')).toBeVisible();
    await expect(visitor.getByText(/Ada Bennett|\+44 20 7946|bennett@/)).toHaveCount(0);
  });

  await test.step('no actions', async () => {
    for (const name of ['Correct', 'Erase this person']) await expect(visitor.getByText(name)).toHaveCount(0);
    await visitor.goto(`${shop.address}/customers`);
    await expect(visitor.getByRole('group', { name: 'Customers' })).toBeVisible();
    await expect(visitor.getByRole('button', { name: 'Export' })).toHaveCount(0);
    await visitor.goto(`${shop.address}/segments`);
    await expect(visitor.getByRole('region', { name: 'RFM grid' })).toBeVisible();
    await expect(visitor.getByRole('button', { name: 'Run now' })).toHaveCount(0);
    for (const stage of ['Import', 'SQL', 'Jobs', 'Settings'])
      await expect(stages(visitor).getByRole('link', { name: stage })).toHaveCount(0);
  });

  await test.step('addresses typed by hand answer with a clear page', async () => {
    watch.expects([403, '/api/v1/']);
    for (const path of [
      '/sql',
      '/jobs',
      '/imports',
      '/imports/new',
      '/imports/imp_1/bad-rows',
      '/settings/users',
      '/settings/keys',
    ]) {
      await visitor.goto(`${shop.address}${path}`);
      const told = visitor.getByText(/You may not see this/);
      await expect(told.first(), path).toBeVisible();
    }
    await visitor.goto(`${shop.address}/nowhere`);
    await expect(visitor.getByText('There is no such page')).toBeVisible();
  });
});
