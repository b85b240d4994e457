import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';
import { existsSync } from 'node:fs';
import { out } from './places';
import type { Hello } from './server';
import { Watch } from './watch';

interface Fixtures {
  /** The simulated business of this run: for looking, not for changing. */
  demo: Hello;
  /** A page of the demo with its owner logged in. */
  page: Page;
  watch: Watch;
  /** Another browser, watched too. */
  another: () => Promise<BrowserContext>;
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern
  demo: async ({}, use) => use(JSON.parse(process.env.E2E_DEMO ?? '') as Hello),
  baseURL: async ({ demo }, use) => use(demo.address),
  storageState: async ({}, use) => use(existsSync(out('demo-owner.json')) ? out('demo-owner.json') : undefined),
  watch: async ({ context }, use, info) => {
    const watch = new Watch();
    watch.on(context);
    await use(watch);
    watch.clean(info.title);
  },
  page: async ({ page, watch: _ }, use) => use(page),
  another: async ({ browser, watch, viewport, locale }, use) => {
    const made: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ viewport, locale, storageState: undefined });
      watch.on(context);
      made.push(context);
      return context;
    });
    for (const context of made) await context.close();
  },
});

export { expect };
