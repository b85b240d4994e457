import { newFolder } from '../support/places';
import { fillLogIn, STRANGER, stages } from '../support/people';
import { guanxi, Server } from '../support/server';
import { expect, test } from '../support/test';

/** Pages of an empty shop, and what each says to do. */
const EMPTY: [stage: string, title: string, hint: string][] = [
  ['Import', 'Nothing was imported yet', 'Drop in a file of orders'],
  ['Customers', 'Nothing was imported yet', 'Drop in a file of orders'],
  ['Segments', 'Nothing was imported yet', 'Drop in a file of orders'],
  ['SQL', 'No answer yet', 'Choose a saved question, or write one'],
];

test('from an empty folder to the first page: the password is told once, empty pages say what to do', async ({
  page,
  context,
  watch,
}) => {
  watch.expects(...STRANGER, [401, '/api/v1/auth/login'], [404, '/api/v1/segments/runs/latest']);
  await context.clearCookies();
  const folder = newFolder('first');
  expect(guanxi(folder, '--lang', 'en', 'init', '.')).toContain('Next: guanxi import orders FILE');
  const first = await Server.start(folder, ['serve', '--owner', 'ann@shop.example']);
  const { email, password, said } = first.hello;
  expect(email).toBe('ann@shop.example');
  expect(said.split(password)).toHaveLength(2);
  expect(said).toContain('it is shown this once');

  await page.goto(first.address);
  await expect(page).toHaveURL(/\/login\?next=%2F$/);
  await fillLogIn(page, email, `${password}?`);
  await expect(page.getByRole('alert')).toContainText('Address or password is wrong');
  await fillLogIn(page, email, password);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await expect(page.getByText('Nothing was imported yet')).toBeVisible();

  for (const [stage, title, hint] of EMPTY) {
    await stages(page).getByRole('link', { name: stage }).click();
    await expect(page.getByText(title)).toBeVisible();
    await expect(page.getByText(hint)).toBeVisible();
  }
  for (const path of ['/data/quality', '/segments/moves', '/orders']) {
    await page.goto(first.address + path);
    await expect(page.getByText('Drop in a file of orders')).toBeVisible();
  }
  // The way in is one click from the first page.
  await stages(page).getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('link', { name: 'Import a file' }).click();
  await expect(page.getByText('Drop a file here, or click to choose one')).toBeVisible();

  await page.goto('about:blank');
  await first.end();
  const again = await Server.start(folder, ['serve', '--owner', 'ann@shop.example']);
  expect(again.hello.said).not.toContain(password);
  expect(again.hello.password).toBe('');
  await again.remove();
});
