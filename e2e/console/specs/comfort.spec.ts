import type { Page } from '@playwright/test';
import { stages } from '../support/people';
import { steady } from '../support/steady';
import { expect, test } from '../support/test';

/** Chooses from a sub-menu of the menu of the person, which closes when the page below it moves: then it is opened again. */
async function pick(page: Page, menu: string | RegExp, sub: string, item: string) {
  await steady(page);
  await expect(async () => {
    const parent = page.getByRole('menuitem', { name: sub });
    if (!(await parent.isVisible())) await page.getByRole('button', { name: menu }).click();
    await parent.hover({ timeout: 2_000 });
    await page.getByRole('menuitem', { name: item }).click({ timeout: 2_000 });
  }).toPass();
}

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('language and theme are changed at once and kept', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await pick(page, /^Menu of/, 'Language', '简体中文');
  await expect(stages(page)).toHaveCount(0);
  const title = page.getByRole('heading', { level: 1, name: '概览' });
  await expect(title).toBeVisible();
  const light = await background(page);
  await pick(page, /的菜单$/, '主题', '深色');
  await expect.poll(() => background(page)).not.toBe(light);

  await page.reload();
  await expect(title).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  expect(await background(page)).not.toBe(light);
  await pick(page, /的菜单$/, '语言', 'English');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
});

test('the theme follows the system until one is chosen', async ({ page }) => {
  await page.goto('/jobs');
  await expect(stages(page)).toBeVisible();
  const light = await background(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => background(page)).not.toBe(light);
});

test('everything can be reached by keyboard', async ({ page }) => {
  await page.goto('/customers');
  await expect(page.getByRole('group', { name: 'Customers' })).toBeVisible();
  const { keyboard } = page;

  await keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await keyboard.press('Tab');
  await expect(page.getByPlaceholder('Name, pinyin, phone, e-mail, card')).toBeFocused();

  // Search: opened, used and left without a mouse.
  await keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: 'Customer, segment, page …' });
  await expect(search).toBeFocused();
  await keyboard.press('Escape');
  await expect(search).toHaveCount(0);
  await keyboard.press('Control+k');
  await keyboard.type('Jobs');
  await expect(page.getByRole('option', { name: /Jobs/ })).toBeVisible();
  await keyboard.press('Enter');
  await expect(page).toHaveURL(/\/jobs/);

  // A menu.
  const menu = page.getByRole('button', { name: /^Menu of/ });
  await menu.focus();
  await keyboard.press('Enter');
  const account = page.getByRole('menuitem', { name: 'My account' });
  await expect(account).toBeVisible();
  await keyboard.press('Escape');
  await expect(account).toBeHidden();
  await expect(menu).toBeFocused();
  await keyboard.press('Enter');
  await expect(account).toBeFocused();
  await keyboard.press('Enter');
  await expect(page).toHaveURL(/\/account/);
  await expect(menu).toBeFocused();
  await keyboard.press('Enter');
  await expect(account).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Language' })).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Theme' })).toBeFocused();
  // A sub-menu that is still unfolding does not take the focus; one presses again.
  await expect(async () => {
    await keyboard.press('ArrowRight');
    await expect(page.getByRole('menuitem', { name: 'As the system' })).toBeFocused({ timeout: 1000 });
  }).toPass();
  await keyboard.press('ArrowUp');
  await expect(page.getByRole('menuitem', { name: 'Dark' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(menu).toBeFocused();

  // A dialogue keeps the focus, and gives it back.
  const begin = page.getByRole('button', { name: 'Set up two-step sign-in' });
  await begin.focus();
  await keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Set up two-step sign-in' });
  await expect(dialog.getByLabel('Current password')).toBeFocused();
  for (let step = 0; step < 8; step++) {
    await keyboard.press('Tab');
    // After the last field comes the browser itself, never what lies behind.
    const within = () => document.activeElement?.matches('body, [role=dialog], [role=dialog] *');
    expect(await page.evaluate(within), `step ${step}`).toBe(true);
  }
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(begin).toBeFocused();
});

test('the page scrolls inside its frame, and the next one begins at its top', async ({ page }) => {
  await page.goto('/');
  const last = page.getByRole('heading', { level: 2 }).last();
  await last.scrollIntoViewIfNeeded();
  await expect(last).toBeInViewport();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).not.toBeInViewport();
  await expect(page.getByRole('button', { name: /^Menu of/ })).toBeInViewport();
  await stages(page).getByRole('link', { name: 'Segments' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Segments' })).toBeInViewport();
});
