import { part } from '../support/wizard';
import { expect, test } from '../support/test';

const number = (text: string) => Number(/[\d,]+/.exec(text)?.[0].replaceAll(',', ''));

test('from the grid to a cell, to its list, to a customer and why he is there', async ({ page }) => {
  await page.goto('/segments');
  const grid = part(page, 'RFM grid');
  await expect(grid.getByRole('table')).toBeVisible();
  const links = grid.getByRole('cell').getByRole('link');
  const all = (await links.allInnerTexts()).map(number);
  const lead = await page.getByText(/customers, [\d,]+ of them buyers/).innerText();
  const buyers = Number(/, ([\d,]+) of them buyers/.exec(lead)?.[1]?.replaceAll(',', ''));
  expect(all.reduce((sum, one) => sum + one, 0)).toBe(buyers);

  // By money, and by the mean of both: the same customers, otherwise spread.
  for (const axis of ['Monetary', 'Both']) {
    await grid.getByText(axis, { exact: true }).click();
    await expect
      .poll(async () => (await links.allInnerTexts()).map(number).reduce((sum, one) => sum + one, 0), axis)
      .toBe(buyers);
  }
  await grid.getByText('Frequency', { exact: true }).click();
  await expect.poll(async () => (await links.allInnerTexts()).map(number)).toEqual(all);

  // The fullest cell: its list has more than one page.
  const most = Math.max(...all);
  const cell = links.nth(all.indexOf(most));
  const group = (await cell.innerText()).split('\n').at(-1) ?? '';
  await cell.click();
  await expect(page).toHaveURL(/\/customers\?within=cell%3A/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(new Intl.NumberFormat('en-GB').format(most));
  const list = page.getByRole('group', { name: 'Customers' });
  const people = list.getByRole('row').filter({ has: page.getByRole('link') });
  const more = page.getByRole('button', { name: 'Show more' });
  await expect(people.first()).toBeVisible();
  while ((await people.count()) < most) {
    const before = await people.count();
    await more.click();
    await expect.poll(() => people.count()).toBeGreaterThan(before);
  }
  await expect(people).toHaveCount(most);
  await expect(more).toHaveCount(0);

  // The cell names the group of most of them; it stands in their rows and on their pages.
  const one = people.filter({ hasText: group }).first().getByRole('link');
  const name = await one.innerText();
  await one.click();
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toContainText(name);
  await expect(title).toContainText(group);
  await page.getByRole('link', { name: 'Why?' }).click();
  const why = part(page, 'RFM group').getByRole('listitem');
  await expect(why.filter({ hasText: group }).getByRole('img', { name: 'holds', exact: true })).toBeVisible();
  await expect(part(page, 'Values and scores')).toContainText(/Recency score \d of \d/);
  // The way back keeps the list.
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL(/within=cell/);
});
