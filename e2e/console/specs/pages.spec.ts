import type { Page } from '@playwright/test';
import { expectAxeClean } from '../support/axe';
import { openCustomer } from '../support/customers';
import { openChart, openInvitation, openLogin, openReset } from '../support/doors';
import { STRANGER } from '../support/people';
import { picture, steady, tooWide } from '../support/steady';
import { expect, test } from '../support/test';

/** Every page of the navigation and what hangs below it; a function finds what has no fixed address. */
const PAGES: Record<string, string | ((page: Page) => Promise<void>)> = {
  overview: '/',
  orders: '/orders?period=last_30d',
  'orders-hour': '/orders?period=last_12m&weekday=6&hour=12&kind=sale',
  customers: '/customers',
  'customers-filtered': '/customers?filter=frequency:ge:3&sort=-frequency',
  'customers-none': '/customers?q=zzzz',
  customer: firstCustomer(),
  'customer-timeline': firstCustomer('timeline'),
  'customer-orders': firstCustomer('orders'),
  'customer-why': firstCustomer('why'),
  'customer-quality': firstCustomer('quality'),
  'customer-audit': firstCustomer('audit'),
  segments: '/segments/rfm',
  'segments-value': '/segments/value',
  'segments-lifecycle': '/segments/lifecycle',
  'segments-moves': '/segments/moves',
  'segments-runs': '/segments/runs',
  'segments-rules': '/segments/rules',
  imports: '/imports',
  'import-new': '/imports/new',
  import: '/imports/imp_3',
  'bad-rows': '/imports/imp_3/bad-rows',
  data: '/data',
  table: '/data/tables/order_line',
  'table-rows': '/data/tables/rfm?tab=rows',
  quality: '/data/quality',
  check: '/data/quality/lines_with_customer',
  sql: '/sql',
  'sql-chart': openChart,
  jobs: '/jobs',
  settings: '/settings/business',
  users: '/settings/users',
  roles: '/settings/roles',
  keys: '/settings/keys',
  audit: '/settings/audit',
  backups: '/settings/backups',
  health: '/settings/health',
  account: '/account',
  lost: '/nowhere',
  login: openLogin,
  invitation: openInvitation,
  reset: openReset,
};

/** Those that are there for somebody who is not signed in. */
const OUTSIDE = new Set(['login', 'invitation', 'reset']);

function firstCustomer(tab?: string) {
  return (page: Page) => openCustomer(page, tab);
}

async function open(page: Page, name: string) {
  const where = PAGES[name];
  if (typeof where === 'string') await page.goto(where);
  else await where?.(page);
  await steady(page);
}

/** Those that are tried in Chinese in the dark, too, and kept as pictures in both languages. */
const MAIN = new Set([
  'overview',
  'customers',
  'customer',
  'segments',
  'import',
  'data',
  'sql-chart',
  'jobs',
  'settings',
]);

/** Where it is looked at: the browser's complaints, and axe at both widths; on a phone that nothing is too wide. */
for (const language of ['en', 'zh'] as const)
  for (const name of Object.keys(PAGES))
    test(`${name}, ${language}`, async ({ page, context, watch }) => {
      // Nobody has looked yet.
      if (name === 'health') watch.expects([404, '/api/v1/checks/latest']);
      if (OUTSIDE.has(name)) watch.expects(...STRANGER);
      const whole = language === 'en' || MAIN.has(name);
      await context.addInitScript((l) => localStorage.setItem('guanxi.language', l), language);
      await open(page, name);
      await expectAxeClean(page, `${name} ${language} light`);
      if (whole) {
        await picture(page, `${name}-desktop-${language}`);
        await page.emulateMedia({ colorScheme: 'dark' });
        await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
        await steady(page);
        await expectAxeClean(page, `${name} ${language} dark`);
      }
      await page.setViewportSize({ width: 390, height: 844 });
      await steady(page);
      await expectAxeClean(page, `${name} ${language} phone`);
      expect.soft(await tooWide(page), 'pixels too wide for a phone').toBe(0);
      if (whole) await picture(page, `${name}-phone-${language}-dark`);
    });
