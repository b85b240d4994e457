import type { Page } from '@playwright/test';
import { expectAxeClean } from '../support/axe';
import { openCustomer } from '../support/customers';
import { own } from '../support/places';
import { steady } from '../support/steady';
import { expect, test } from '../support/test';
import { choose, part } from '../support/wizard';

type Step = (page: Page) => Promise<unknown>;

const at =
  (path: string): Step =>
  (page) =>
    page.goto(path);
const press =
  (name: string | RegExp): Step =>
  (page) =>
    page.getByRole('button', { name }).first().click();

/** What opens above a page: where, how, and what is there then. */
const OPENED: Record<string, [where: Step, how: Step, there: string]> = {
  search: [at('/customers'), (page) => page.keyboard.press('Control+k'), '.gx-search'],
  person: [at('/jobs'), press(/^Menu of/), '[role=menu]'],
  definition: [at('/'), press(/^What .* means$/), '.gx-definition'],
  filter: [at('/customers'), press('Filter'), '.ant-popover'],
  columns: [at('/customers'), press('Columns'), '.ant-popover'],
  export: [at('/customers'), press('Export'), '[role=menu]'],
  correct: [openCustomer, press('Correct'), '[role=dialog]'],
  erase: [
    openCustomer,
    async (page) => {
      await press('More')(page);
      await page.getByRole('menuitem', { name: 'Erase this person' }).click();
    },
    '[role=dialog]',
  ],
  trait: [openCustomer, (page) => page.locator('.gx-traits button').first().click(), '[role=dialog]'],
  rules: [at('/segments/rules'), press('Original rules'), '[role=dialog]'],
  mappings: [at('/imports'), press('Saved mappings'), '[role=dialog]'],
  undo: [at('/imports/imp_3'), press('Undo this import'), '[role=dialog]'],
  question: [at('/sql'), press('Save question'), '[role=dialog]'],
  invite: [at('/settings/users'), press('Invite'), '[role=dialog]'],
  key: [at('/settings/keys'), press('New key'), '[role=dialog]'],
  checks: [at('/settings/health'), press('Other checks'), '[role=menu]'],
  'second-step': [at('/account'), press('Set up two-step sign-in'), '[role=dialog]'],
};

for (const name of Object.keys(OPENED))
  test(`axe finds nothing in what opens: ${name}`, async ({ page, watch }) => {
    // Nobody has looked yet.
    if (name === 'checks') watch.expects([404, '/api/v1/checks/latest']);
    const [where, how, there] = OPENED[name] ?? [];
    await where?.(page);
    await steady(page);
    await how?.(page);
    await expect(page.locator(there ?? '').first()).toBeVisible();
    await steady(page);
    await expectAxeClean(page, `${name} light`, true);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await steady(page);
    await expectAxeClean(page, `${name} dark`, true);
  });

test('axe finds nothing in the wizard, with all of its parts open', async ({ page }) => {
  await page.goto('/imports/new');
  await choose(page, own('customers.csv'));
  await expect(part(page, 'The first rows')).toBeVisible();
  for (const more of [/more fields?$/, /kept as attributes?$/, /^Dates, numbers/]) await page.getByText(more).click();
  await steady(page);
  await expectAxeClean(page, 'wizard');
});

test('the focus comes back to the button, also from a secret that follows a form and from what a menu asks', async ({
  page,
  watch,
}) => {
  await page.goto('/settings/keys');
  await press('New key')(page);
  await page.getByRole('textbox', { name: 'Name' }).fill('Till of the test');
  await page.getByRole('dialog').getByRole('checkbox').first().check();
  await press('Make key')(page);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await expect(page.getByRole('button', { name: 'New key' })).toBeFocused();
  await press('Revoke')(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText('revoked', { exact: true })).toBeVisible();

  // Nobody has looked yet.
  watch.expects([404, '/api/v1/checks/latest']);
  await page.goto('/settings/health');
  await press('Other checks')(page);
  await page.getByRole('menuitem', { name: /remove what was left/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Other checks' })).toBeFocused();
});
