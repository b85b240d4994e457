import { expect, test } from 'vitest';
import { formatter } from './format';

const en = formatter({ language: 'en', currency: 'CNY', zone: 'Asia/Shanghai' });
const zh = formatter({ language: 'zh', currency: 'CNY', zone: 'Asia/Shanghai' });

test('money is exact where there is room and short on cards', () => {
  expect(en.money('1234567.5')).toBe('¥1,234,567.50');
  expect(en.money('10', 'EUR')).toBe('€10.00');
  expect(zh.moneyShort('3654514')).toBe('¥365.5万');
  expect(zh.moneyShort('9999')).toBe('¥9,999');
  expect(en.money(null)).toBe('–');
});

test('shares, changes and points', () => {
  expect(en.share(0.0412)).toBe('4.1%');
  expect(en.share(1, 0)).toBe('100%');
  expect(en.change(0.426)).toBe('+42.6%');
  expect(en.change(-0.274)).toBe('-27.4%');
  expect(en.points(0.039)).toBe('+3.9');
  expect(en.points(-0.0001)).toBe('0');
  expect(en.change(-0.0004)).toBe('0%');
});

test('instants are shown on the clocks of the business, days stay what they are', () => {
  expect(en.date('2026-10-31T16:30:00Z')).toBe('1 Nov 2026');
  expect(en.day('2026-10-31')).toBe('31 Oct 2026');
  expect(zh.month('2026-10')).toBe('2026年10月');
  expect(zh.weekday(1, 'long')).toBe('星期一');
  expect(en.weekday(7)).toBe('Sun');
});

test('what is no date is shown as it is', () => {
  for (const text of ['1***', 'soon', '2026-13-45']) {
    expect(en.day(text)).toBe(text);
    expect(en.time(text)).toBe(text);
    expect(en.ago(text, 0)).toBe(text);
  }
});

test('how long ago', () => {
  const now = Date.parse('2026-10-31T12:00:00Z');
  expect(en.ago('2026-10-31T11:58:00Z', now)).toBe('2 minutes ago');
  expect(zh.ago('2026-10-29T12:00:00Z', now)).toBe('前天');
});

test('sizes', () => {
  expect(en.bytes(44_800_000)).toBe('44.8 MB');
  expect(en.bytes(0)).toBe('0 bytes');
});
