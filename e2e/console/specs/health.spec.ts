import { part } from '../support/wizard';
import { expect, test } from '../support/test';

test('the installation is checked and tidied up from the settings', async ({ page, watch }) => {
  // Nobody has looked yet.
  watch.expects([404, '/api/v1/checks/latest']);
  await page.goto('/settings/health');
  const health = part(page, 'Health');
  await health.getByRole('button', { name: 'Check now' }).click();
  await expect(health.getByRole('row', { name: /free disk.*good/i })).toBeVisible({ timeout: 30_000 });
  await expect(health.getByRole('row', { name: /history.*good/i })).toBeVisible();

  await health.getByRole('button', { name: 'Tidy up' }).click();
  await page.goto('/jobs');
  await expect(page.getByRole('row', { name: /Tidy/ }).first()).toContainText('Done', { timeout: 30_000 });
});
