import { expect, type Page } from '@playwright/test';

/** What a change needs: the token that "who am I" tells. */
async function headers(page: Page) {
  const me = (await (await page.request.get('/api/v1/auth/me')).json()) as { csrf_token: string };
  return { 'X-CSRF-Token': me.csrf_token };
}

/** Makes a link as the owner does, and opens it as somebody who is not signed in. */
async function follow(page: Page, path: string, data?: object) {
  const made = await page.request.post(path, { data, headers: await headers(page) });
  expect(made.ok(), await made.text()).toBe(true);
  const { url } = (await made.json()) as { url: string };
  await page.context().clearCookies();
  await page.goto(new URL(url, 'http://x').href.replace('http://x', ''));
  await expect(page.getByLabel(/^(New password|Password|新密码|密码)$/).first()).toBeVisible();
}

/** The form of sign-in, for somebody who is not signed in. */
export async function openLogin(page: Page) {
  await page.context().clearCookies();
  await page.goto('/login');
}

let guests = 0;

/** The page behind the link of an invitation. */
export async function openInvitation(page: Page) {
  await follow(page, '/api/v1/invitations', { email: `guest${++guests}@shop.example`, role: 'viewer' });
}

/** The page behind a link for a new password. */
export async function openReset(page: Page) {
  const users = (await (await page.request.get('/api/v1/users')).json()) as { items: { id: string }[] };
  await follow(page, `/api/v1/users/${users.items[0]?.id}/password-reset`);
}

/** A question with its answer drawn. */
export async function openChart(page: Page) {
  const sql = 'select life_stage, count(*) as customers from rfm group by 1';
  await page.goto(`/sql?${new URLSearchParams({ sql, view: 'chart' }).toString()}`);
  await expect(page.locator('canvas').first()).toBeVisible();
}
