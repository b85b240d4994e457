import { expect, type Page } from '@playwright/test';

type Chosen = string | { name: string; mimeType: string; buffer: Buffer };

/** Hands a file to the wizard, as a person chooses one. */
export async function choose(page: Page, file: Chosen) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByText('Drop a file here, or click to choose one').click();
  await (await chooser).setFiles(file);
}

/** A part of the page by its heading. */
export function part(page: Page, name: string) {
  return page.getByRole('region', { name, exact: true });
}

/** The cells of a row of a plain table, by its heading. */
export function cells(page: Page, region: string, row: string) {
  const heading = page.getByRole('rowheader', { name: row, exact: true });
  return part(page, region).getByRole('row').filter({ has: heading }).getByRole('cell');
}

/** The figure that stands beside a word. */
export function figure(page: Page, region: string, word: string) {
  const pair = part(page, region)
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${word}$`) });
  return pair.locator('xpath=following-sibling::dd[1]');
}

/** The button that stays in sight at the foot of the wizard. */
export function importButton(page: Page) {
  return page.getByRole('main').getByRole('button', { name: 'Import', exact: true });
}

/** Runs what was looked at and waits for the report. */
export async function run(page: Page, seconds: number) {
  await importButton(page).click();
  await expect(part(page, 'What the file holds')).toBeVisible({ timeout: seconds * 1000 });
}

/** Takes an import back, from its page. */
export async function undo(page: Page) {
  await page.getByRole('button', { name: 'Undo this import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Undone', { timeout: 60_000 });
}
