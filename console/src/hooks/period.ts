import dayjs from 'dayjs';

export const PRESETS = ['last_12m', 'last_7d', 'last_30d', 'last_90d', 'last_24m', 'this_month', 'this_year'] as const;
export type Preset = (typeof PRESETS)[number];
export const COMPARE = ['previous', 'year', 'none'] as const;
export type Compare = (typeof COMPARE)[number];
export interface Range {
  from: string;
  to: string;
}

const DAY = 'YYYY-MM-DD';
const FORM = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;

/** The days of a preset that ends on `until`, both ends included. */
export function presetRange(preset: Preset, until: string): Range {
  const end = dayjs(until);
  const from = {
    last_7d: () => end.subtract(6, 'day'),
    last_30d: () => end.subtract(29, 'day'),
    last_90d: () => end.subtract(89, 'day'),
    last_12m: () => end.subtract(12, 'month').add(1, 'day'),
    last_24m: () => end.subtract(24, 'month').add(1, 'day'),
    this_month: () => end.startOf('month'),
    this_year: () => end.startOf('year'),
  }[preset]();
  return { from: from.format(DAY), to: end.format(DAY) };
}

/** Whether there is such a day: 2026-02-30 would be read as another one. */
const isDay = (text: string) => dayjs(text).format(DAY) === text;

/** Reads `last_30d` or `2026-01-01..2026-03-31`; whatever does not read is the first preset. */
export function readPeriod(text: string | undefined, until: string): Range & { preset: Preset | null } {
  const match = text?.match(FORM);
  if (match?.[1] && match[2] && match[1] <= match[2] && isDay(match[1]) && isDay(match[2]))
    return { from: match[1], to: match[2], preset: null };
  const preset = PRESETS.find((p) => p === text) ?? PRESETS[0];
  return { ...presetRange(preset, until), preset };
}

/** The text form of a range. */
export function rangeText(range: Range): string {
  return `${range.from}..${range.to}`;
}

/** The day of an instant by the clocks of a zone. */
export function dayIn(instant: string, zone: string): string {
  // Swedish writes days as addresses do.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date(instant));
}
