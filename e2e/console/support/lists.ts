import { expect, type APIRequestContext, type Page } from '@playwright/test';

/** A count as it stands beside a heading. */
export const heading = (count: number) => new Intl.NumberFormat('en-GB').format(count);

/** What has to be sent with every request that changes something. */
export async function header(request: APIRequestContext): Promise<Record<string, string>> {
  const me = (await (await request.get('/api/v1/auth/me')).json()) as { csrf_token: string };
  return { 'X-CSRF-Token': me.csrf_token };
}

/** Who is in the file that the page's own button writes, in its order. */
export async function exported(page: Page, request: APIRequestContext): Promise<string[]> {
  await page.getByRole('button', { name: 'Export' }).click();
  const begun = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/customers/exports'));
  await page.getByRole('menuitem', { name: 'JSON lines' }).click();
  const { id } = (await (await begun).json()) as { id: string };
  await expect
    .poll(async () => ((await (await request.get(`/api/v1/jobs/${id}`)).json()) as { state: string }).state)
    .toBe('done');
  const file = await (await request.get(`/api/v1/jobs/${id}/file`)).text();
  return file
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
}
