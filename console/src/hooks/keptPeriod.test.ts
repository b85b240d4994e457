import { expect, test } from 'vitest';
import { follow } from './keptPeriod';

const at = (query: string, overview = false) => ({ overview, params: new URLSearchParams(query), until: '2026-10-31' });

test('the period goes along from page to page', () => {
  const chosen = follow({}, at('period=last_30d&compare=year', true));
  expect(chosen).toEqual({ period: 'last_30d', compare: 'year' });
  // A page without a period, the list behind a number with the same days.
  expect(follow(chosen, at(''))).toBe(chosen);
  expect(follow(chosen, at('period=2026-10-02..2026-10-31'))).toBe(chosen);
  expect(follow(chosen, at('period=last_7d'))).toEqual({ period: 'last_7d', compare: 'year' });
  expect(follow(chosen, at('', true))).toEqual({});
});
