import { expect, test } from '../support/test';

/** What a list is asked for, and how many that are by SQL that was written independently. */
const QUESTIONS: [query: string, sql: string][] = [
  ['filter=monetary:ge:500', 'trait where monetary >= 500'],
  ['filter=monetary:lt:100.5&filter=frequency:gt:2', 'trait where monetary < 100.5 and frequency > 2'],
  ['filter=recency:in:3,5,7,30', 'trait where recency in (3, 5, 7, 30)'],
  ['filter=gap_mean:known:no&filter=frequency:known:yes', 'trait where gap_mean is null'],
  ['filter=top_channel:eq:app', "trait where top_channel = 'app'"],
  ['filter=return_rate:gt:0.1', 'trait where return_rate > 0.1'],
  ['filter=rfm_group:in:champions,loyal', "rfm where rfm_group in ('champions', 'loyal')"],
  ['filter=phone:known:no', 'contact where not phone'],
  ['within=group:champions', "rfm where rfm_group = 'champions'"],
  ['within=tier:a&filter=r:ge:4', "rfm where value_tier = 'a' and r >= 4"],
  ['within=stage:at_risk', "rfm where life_stage = 'at_risk'"],
  ['within=cell:5-5', 'rfm where r = 5 and f = 5'],
];

test('a page lists the customers that the API and SQL name, and says how many', async ({ page, request }) => {
  test.setTimeout(180_000);
  const me = (await (await request.get('/api/v1/auth/me')).json()) as { csrf_token: string };
  const list = page.getByRole('group', { name: 'Customers' });
  const links = list.getByRole('row').getByRole('link');
  for (const [query, sql] of QUESTIONS) {
    const asked = await request.post('/api/v1/sql/queries', {
      headers: { 'X-CSRF-Token': me.csrf_token },
      data: {
        id: `qry_${crypto.randomUUID().replaceAll('-', '').slice(0, 20)}`,
        sql: `select count(*) as n from ${sql}`,
      },
    });
    expect(asked.status(), await asked.text()).toBe(200);
    const counted = (await asked.json()) as { rows: number[][] };
    const answer = await request.get(`/api/v1/customers?limit=200&${query}`);
    const api = (await answer.json()) as { total: { value: number }; items: { id: string }[] };
    expect(Number(counted.rows[0]?.[0]), query).toBe(api.total.value);
    expect(api.total.value, `${query} finds somebody`).toBeGreaterThan(0);

    await page.goto(`/customers?${query}`);
    const heading = page.getByRole('heading', { level: 1 });
    await expect(heading, query).toContainText(new Intl.NumberFormat('en-GB').format(api.total.value));
    await expect(links.first()).toBeVisible();
    const shown = await links.evaluateAll((all) => all.map((a) => /cus_\d+/.exec(a.getAttribute('href') ?? '')?.[0]));
    expect(shown.length, query).toBe(Math.min(shown.length, api.total.value));
    expect(shown, query).toEqual(api.items.slice(0, shown.length).map((one) => one.id));
  }
});
