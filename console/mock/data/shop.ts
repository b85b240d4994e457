import { CHANNELS, CITIES, nameOf, PRODUCTS, STORES, type Product } from './catalog';
import { seeded, type Random } from './random';

export interface Line {
  product: Product;
  quantity: number;
  discount: number;
  amount: number;
}

export interface Sale {
  id: number;
  customer: number;
  time: number;
  kind: 'sale' | 'return';
  amount: number;
  store: string;
  channel: string;
  lines: Line[];
  of?: number;
}

export interface Person {
  id: number;
  name: string;
  phone: string;
  email?: string;
  city: string;
  gender: string;
  birthday?: string;
  joined: string;
  card: string;
}

export const DAY = 86_400_000;
/** Instants of the data are those of Shanghai's clocks; the zone has no summer time. */
export const OFFSET = 8 * 3_600_000;
export const END = Date.UTC(2026, 9, 31) - OFFSET + DAY - 1;
export const START = Date.UTC(2024, 10, 1) - OFFSET;
const CUSTOMERS = 1800;

export const dayOf = (time: number) => new Date(time + OFFSET).toISOString().slice(0, 10);
export const monthOf = (time: number) => dayOf(time).slice(0, 7);

/** More in the evening and at the weekend; each customer has his own leaning. */
function clock(random: Random, late: number): number {
  const hour = random.chance(late) ? 18 + random.int(4) : 9 + random.weighted([2, 4, 5, 6, 4, 4, 5, 6, 5]);
  return hour * 3_600_000 + random.int(3600) * 1000;
}

function basket(random: Random, taste: number[]): Line[] {
  return Array.from({ length: 1 + random.weighted([5, 4, 2, 1]) }, () => {
    const product = PRODUCTS[random.weighted(PRODUCTS.map((p, at) => p.weight * (taste[at] ?? 1)))] as Product;
    const quantity = product.price < 100 && random.chance(0.3) ? 2 : 1;
    const full = product.price * quantity;
    const discount = random.chance(0.18) ? Math.round(full * 0.15 * 100) / 100 : 0;
    return { product, quantity, discount, amount: full - discount };
  });
}

function live(random: Random, customer: number, sales: Sale[]) {
  const categories = [...new Set(PRODUCTS.map((p) => p.category))];
  const loved = random.pick(categories);
  const taste = PRODUCTS.map((p) => (p.category === loved ? 9 : 1));
  const rhythm = 12 + random.wait(34);
  const late = random.next() * 0.8;
  const weekend = random.chance(0.4);
  const home = STORES[random.weighted([4, 3, 2, 2])] as string;
  // Many began in earlier months; new ones keep coming.
  let at = START + Math.pow(random.next(), 1.35) * (END - START);
  const leaves = at + random.wait(380 * DAY);
  while (at < Math.min(leaves, END)) {
    const day = Math.floor((at + OFFSET) / DAY);
    const shift = weekend && random.chance(0.6) ? (6 - ((day + 4) % 7) + 7) % 7 : 0;
    const time = (day + shift) * DAY - OFFSET + clock(random, late);
    if (time > END) break;
    const lines = basket(random, taste);
    const online = home === '线上商城';
    const sale: Sale = {
      id: 0,
      customer,
      time,
      kind: 'sale',
      amount: lines.reduce((sum, line) => sum + line.amount, 0),
      store: home,
      channel: online ? (CHANNELS[1 + random.int(3)] as string) : '门店',
      lines,
    };
    sales.push(sale);
    const back = lines[0];
    if (back && random.chance(0.035) && time + 4 * DAY < END)
      sales.push({
        ...sale,
        kind: 'return',
        time: time + 4 * DAY,
        amount: -back.amount,
        lines: [{ ...back, quantity: -back.quantity, amount: -back.amount, discount: 0 }],
        of: time,
      });
    at += Math.max(1, random.wait(rhythm)) * DAY;
  }
}

function people(): Person[] {
  const random = seeded(11);
  return Array.from({ length: CUSTOMERS }, (_, at) => ({
    id: at + 1,
    name: nameOf(at),
    phone: `+861${3 + random.int(6)}${String(random.int(1e9)).padStart(9, '0')}`,
    email: random.chance(0.7) ? `c${at + 1}@mail.example` : undefined,
    city: CITIES[random.weighted([6, 3, 2, 1, 1])] as string,
    gender: random.chance(0.72) ? 'female' : 'male',
    birthday: random.chance(0.6)
      ? `19${70 + random.int(30)}-${String(1 + random.int(12)).padStart(2, '0')}-${String(1 + random.int(28)).padStart(2, '0')}`
      : undefined,
    joined: dayOf(START + random.next() * (END - START)),
    card: `VIP${String(100000 + at)}`,
  }));
}

function trade(): Sale[] {
  const random = seeded(5);
  const sales: Sale[] = [];
  for (let customer = 1; customer <= CUSTOMERS; customer++) if (!random.chance(0.04)) live(random, customer, sales);
  sales.sort((a, b) => a.time - b.time);
  sales.forEach((sale, at) => (sale.id = at + 1));
  return sales;
}

export const PEOPLE = people();
export const SALES = trade();
export const OF_CUSTOMER = new Map<number, Sale[]>();
for (const sale of SALES) OF_CUSTOMER.set(sale.customer, [...(OF_CUSTOMER.get(sale.customer) ?? []), sale]);
