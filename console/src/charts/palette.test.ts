import { expect, test } from 'vitest';
import { placeColor, type Dimension } from './palette';

const NOWHERE = ['none', 'outside'];
const PLACES: Record<Dimension, string[]> = {
  tier: ['a', 'b', 'c'],
  stage: ['active', 'lapsed', 'new', 'at_risk', 'loyal', 'won_back', 'prospect'],
  group: [
    'champions',
    'loyal',
    'potential_loyalists',
    'new_customers',
    'promising',
    'need_attention',
    'about_to_sleep',
    'cannot_lose',
    'at_risk',
    'hibernating',
    'lost',
  ],
};
const DIMENSIONS = Object.keys(PLACES) as Dimension[];

test.each([false, true])('no two places of a dimension share a colour; dark: %s', (dark) => {
  for (const by of DIMENSIONS) {
    const names = [...PLACES[by], ...NOWHERE];
    const colors = names.map((name) => placeColor(name, by, dark));
    expect(new Set(colors).size, by).toBe(names.length);
    for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  }
});

test('who is nowhere is grey', () => {
  for (const name of NOWHERE)
    for (const dark of [false, true]) {
      const parts = [1, 3, 5].map((at) => parseInt(placeColor(name, 'stage', dark).slice(at, at + 2), 16));
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThan(24);
    }
});

test('a place of one’s own takes none of the colours of the others, and keeps its own', () => {
  for (const by of DIMENSIONS) {
    const taken = PLACES[by].map((name) => placeColor(name, by, false));
    expect(taken).not.toContain(placeColor('vip', by, false));
    expect(placeColor('vip', by, false)).toBe(placeColor('vip', by, false));
  }
});
