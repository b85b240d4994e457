import { stages } from '../support/people';
import { steady, tooWide } from '../support/steady';
import { expect, test } from '../support/test';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

const STAGES = ['Import', 'Customers', 'Segments', 'Data', 'SQL', 'Jobs', 'Settings', 'Overview'];

test('on a phone the menu leads everywhere and nothing scrolls sideways', async ({ page }) => {
  await page.goto('/');
  await steady(page);
  await expect(stages(page)).toBeHidden();
  for (const stage of STAGES) {
    await page.getByRole('button', { name: 'Menu', exact: true }).tap();
    await page.getByRole('dialog', { name: 'Menu' }).getByRole('link', { name: stage, exact: true }).tap();
    await expect(page.getByRole('dialog', { name: 'Menu' })).toBeHidden();
    await expect(page.getByRole('heading', { level: 1, name: stage === 'Import' ? 'Imports' : stage })).toBeVisible();
    await steady(page);
    expect.soft(await tooWide(page), `${stage}: pixels too wide`).toBe(0);
  }
});
