import type { Page } from '@playwright/test';

/** Opens the customer who bought most. */
export async function openCustomer(page: Page, tab?: string) {
  const answer = await page.request.get('/api/v1/customers?sort=-monetary&limit=1');
  const { items } = (await answer.json()) as { items: { id: string }[] };
  await page.goto(`/customers/${items[0]?.id}${tab ? `?tab=${tab}` : ''}`);
}
