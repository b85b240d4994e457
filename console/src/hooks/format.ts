/** Numbers, money and times as people read them. Pure: language, currency and zone are arguments. */
export interface Manner {
  language: 'en' | 'zh';
  currency: string;
  zone: string;
}

const LOCALE = { en: 'en-GB', zh: 'zh-CN' } as const;
const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numbers(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let made = cache.get(key);
  if (!made) cache.set(key, (made = new Intl.NumberFormat(locale, options)));
  return made as Intl.NumberFormat;
}

function times(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `t${locale}${JSON.stringify(options)}`;
  let made = cache.get(key);
  if (!made) cache.set(key, (made = new Intl.DateTimeFormat(locale, options)));
  return made as Intl.DateTimeFormat;
}

const NONE = '–';
/** How the server writes days and instants; engines read more than that: `new Date('1***')` is a date to some. */
const DATE = /^\d{4}-\d\d-\d\d/;
const ONE = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const TWO = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
/** What rounds to nothing has no sign. */
const SIGNED = { signDisplay: 'exceptZero', maximumFractionDigits: 1 } as const;
type Numeric = number | string | null | undefined;

export function formatter({ language, currency, zone }: Manner) {
  const locale = LOCALE[language];
  const number = (value: Numeric, options: Intl.NumberFormatOptions) =>
    value === null || value === undefined || value === '' || Number.isNaN(Number(value))
      ? NONE
      : numbers(locale, options).format(Number(value));
  // What is no date, such as a masked one, is shown as it is: `format` would throw.
  const at = (date: Date, value: string, options: Intl.DateTimeFormatOptions) =>
    !DATE.test(value) || Number.isNaN(date.getTime()) ? value : times(locale, options).format(date);
  const instant = (value: string | null | undefined, options: Intl.DateTimeFormatOptions) =>
    value ? at(new Date(value), value, { timeZone: zone, ...options }) : NONE;
  // A day has no zone: it is read and shown as UTC.
  const day = (value: string | null | undefined, options: Intl.DateTimeFormatOptions) =>
    value ? at(new Date(`${value.slice(0, 10)}T00:00:00Z`), value, { timeZone: 'UTC', ...options }) : NONE;
  const symbol = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  return {
    int: (value: Numeric) => number(value, { maximumFractionDigits: 0 }),
    decimal: (value: Numeric, digits = 1) => number(value, { maximumFractionDigits: digits }),
    compact: (value: Numeric) => number(value, { notation: 'compact', maximumFractionDigits: 1 }),
    money: (value: Numeric, of = currency) => number(value, { ...symbol, currency: of }),
    moneyShort: (value: Numeric) =>
      Math.abs(Number(value)) < 10_000
        ? number(value, { ...symbol, maximumFractionDigits: 0 })
        : number(value, { ...symbol, notation: 'compact', ...(language === 'zh' ? ONE : TWO) }),
    moneyAxis: (value: Numeric) => number(value, { ...symbol, notation: 'compact', maximumFractionDigits: 1 }),
    share: (value: Numeric, digits = 1) =>
      number(value, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }),
    /** The share of those below, which is never all of them. */
    below: (value: number) => number(Math.min(0.99, Math.floor(value * 100) / 100), { style: 'percent' }),
    change: (value: number) => number(value, { ...SIGNED, style: 'percent' }),
    points: (value: number, digits = 1) => number(value * 100, { ...SIGNED, maximumFractionDigits: digits }),
    bytes: (value: number) => {
      const unit = ['byte', 'kilobyte', 'megabyte', 'gigabyte'][Math.min(3, Math.floor(Math.log10(value || 1) / 3))];
      const scaled = value / 1000 ** Math.min(3, Math.floor(Math.log10(value || 1) / 3));
      const unitDisplay = unit === 'byte' ? 'long' : 'short';
      return number(scaled, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 });
    },
    day: (value: string | null | undefined) => day(value, { dateStyle: 'medium' }),
    dayShort: (value: string | null | undefined) => day(value, { month: 'short', day: 'numeric' }),
    month: (value: string | null | undefined) =>
      day(value && value.length === 7 ? `${value}-01` : value, { year: 'numeric', month: 'short' }),
    date: (value: string | null | undefined) => instant(value, { dateStyle: 'medium' }),
    time: (value: string | null | undefined) => instant(value, { dateStyle: 'medium', timeStyle: 'short' }),
    /** The day on the clocks of the business, as addresses have it; Canada writes days so. */
    isoDay: (value: string) =>
      times('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(value)),
    clock: (value: string | null | undefined) => instant(value, { timeStyle: 'short' }),
    weekday: (monday1: number, width: 'short' | 'long' = 'short') =>
      times(locale, { weekday: width, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, monday1))),
    ago: (value: string, now: number) => {
      const seconds = (new Date(value).getTime() - now) / 1000;
      if (!DATE.test(value) || Number.isNaN(seconds)) return value;
      const units = [
        ['day', 86_400],
        ['hour', 3600],
        ['minute', 60],
      ] as const;
      const [unit, size] = units.find(([, s]) => Math.abs(seconds) >= s) ?? (['second', 1] as const);
      return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.round(seconds / size), unit);
    },
  };
}

export type Format = ReturnType<typeof formatter>;
