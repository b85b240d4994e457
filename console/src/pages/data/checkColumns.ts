/** Columns whose names are told in words. */
const NAMED = [
  'order_id',
  'customer_id',
  'time',
  'date',
  'kind',
  'product',
  'product_name',
  'category',
  'quantity',
  'unit_price',
  'amount',
  'discount',
  'currency',
  'store',
  'channel',
  'device',
  'country',
  'coupon',
  'return_of',
  'import_id',
  'lines',
  'times',
  'customers',
  'name',
  'birthday',
  'city',
  'first_seen',
  'last_seen',
  'code',
  'name_en',
  'name_zh',
  'brand',
  'price',
  'cost',
  'first_sold',
  'last_sold',
  'table',
  'computed_at',
  'history_changed_at',
] as const;

export function nameOf(column: string): (typeof NAMED)[number] | undefined {
  return NAMED.find((name) => name === column);
}

/** For programs only. */
const KEYS = /(_key|_hash|^line_no|^copy|^import_id)$/;
/** What one looks for first; the others follow as they come. */
const FIRST = ['order_id', 'time', 'customer_id', 'amount', 'product_name', 'quantity'];
/** Amounts in the currency of their row. */
export const MONEY = new Set(['amount', 'unit_price', 'discount', 'price', 'cost']);

/** The places of the columns that say something to people: no keys, none that is empty throughout. */
export function fewColumns(names: string[], rows: unknown[][]): number[] {
  const rank = (at: number) => {
    const found = FIRST.indexOf(names[at] ?? '');
    return found < 0 ? FIRST.length : found;
  };
  return names
    .map((_, at) => at)
    .filter((at) => !KEYS.test(names[at] ?? '') && rows.some((cells) => cells[at] !== null && cells[at] !== undefined))
    .sort((a, b) => rank(a) - rank(b));
}

/** The number by which the API knows an order, from the key of its lines. */
export function orderId(key: unknown): string | undefined {
  if (!/^-?\d+$/.test(String(key))) return undefined;
  return `ord_${BigInt.asUintN(64, BigInt(String(key)))
    .toString(16)
    .padStart(16, '0')}`;
}
