import { expect, type Page } from '@playwright/test';
import { out } from './places';

/** Waits until nothing is on its way: no skeletons, all that was asked for is there, nothing moves. */
export async function steady(page: Page) {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate(async () => {
    await document.fonts.ready;
    const moving = () => document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(moving().map((a) => a.finished));
  });
}

/** By how many pixels the page is wider than the window. */
export function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => {
    const boxes = [document.documentElement, document.body, ...document.querySelectorAll('main')];
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  });
}

/** A picture of the whole page, kept as an artefact. The page scrolls inside: the window is made as high as what it holds. */
export async function picture(page: Page, name: string) {
  const size = page.viewportSize();
  if (!size) return;
  const high = await page.evaluate(() => {
    const main = document.querySelector('main');
    return main ? main.scrollHeight - main.clientHeight : 0;
  });
  if (high > 0) await page.setViewportSize({ ...size, height: Math.min(4000, size.height + high) });
  await steady(page);
  await page.screenshot({ path: out('pictures', `${name}.png`), animations: 'disabled' });
  if (high > 0) await page.setViewportSize(size);
}
