import { expect, test } from 'vitest';
import { dayIn, presetRange, rangeText, readPeriod } from './period';

test('presets end with the data and have both ends', () => {
  expect(presetRange('last_7d', '2026-10-31')).toEqual({ from: '2026-10-25', to: '2026-10-31' });
  expect(presetRange('last_12m', '2026-10-31')).toEqual({ from: '2025-11-01', to: '2026-10-31' });
  expect(presetRange('this_month', '2026-10-31')).toEqual({ from: '2026-10-01', to: '2026-10-31' });
});

test('a period of the address is read back, nonsense is the usual one', () => {
  const own = { from: '2026-01-01', to: '2026-03-31' };
  expect(readPeriod(rangeText(own), '2026-10-31')).toEqual({ ...own, preset: null });
  for (const nonsense of ['2026-03-31..2026-01-01', 'yesterday', undefined, '2026-13-01..2026-14-01'])
    expect(readPeriod(nonsense, '2026-10-31').preset).toBe('last_12m');
});

test('the day of an instant is that of the clocks of the business', () => {
  expect(dayIn('2025-12-31T13:41:12Z', 'Asia/Shanghai')).toBe('2025-12-31');
  expect(dayIn('2025-12-31T18:41:12Z', 'Asia/Shanghai')).toBe('2026-01-01');
});
