import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Found {
  violations: {
    id: string;
    impact: string;
    nodes: { html: string; any: { message: string }[]; all: { message: string }[] }[];
  }[];
}

/** Menus and small windows hang at the end of the document, over the page: no landmark is around them. */
const ABOVE = { region: { enabled: false } };

/** What axe finds on the page as it stands, or in what was opened `above` it. */
export async function axe(page: Page, above = false): Promise<string[]> {
  const options = JSON.stringify({ resultTypes: ['violations'], rules: above ? ABOVE : {} });
  const found = (await page.evaluate(`${source}; axe.run(document, ${options})`)) as Found;
  return found.violations.map(({ id, impact, nodes }) => {
    const first = nodes
      .slice(0, 3)
      .map((node) => `${node.html.slice(0, 200)} | ${(node.any[0] ?? node.all[0])?.message ?? ''}`);
    return `${id} (${impact})\n  ${first.join('\n  ')}`;
  });
}

/** Fails when axe finds something. */
export async function expectAxeClean(page: Page, where: string, above = false) {
  expect.soft(await axe(page, above), `axe: ${where}`).toEqual([]);
}
