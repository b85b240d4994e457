import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { dayIn, rangeText } from '../../hooks/period';
import { useMay, useMe } from '../../hooks/useMe';
import { to } from '../../paths';

type Count = 'orders' | 'return_orders' | 'products' | 'customers' | 'customers_with_sale';

/** Where numbers of a report lead: to what they count. Those that are missing lead nowhere. */
export type Opens = Partial<Record<Count | keyof Api['Applied'], string>> & {
  /** The lines of a sum, by the question that gives it. */
  lines: (sql: string) => string | undefined;
};

/** A number, and the way to what it counts. */
export function Opening({ to: where, children }: { to: string | undefined; children: ReactNode }) {
  return where ? <Link to={where}>{children}</Link> : <>{children}</>;
}

export function useOpening(one: Api['Import'], { figures, applied }: Api['Report']): Opens {
  const may = useMay();
  const { business } = useMe();
  const filter = `import:eq:${one.id}`;
  // Later imports may have replaced lines of it; then a list would show fewer than were counted.
  const intact = one.state === 'done' && one.undo_first.length === 0;
  // Lines that were known already bear the number of the import that brought them.
  const whole = intact && applied.orders_unchanged === 0;
  const question = (sql: string) => (may('sql.run') ? to.sql({ sql }) : undefined);
  const from = `from order_line\nwhere import_id = ${one.id.replace(/^imp_/, '')}`;
  const of = (what: string, and: string) =>
    question(
      `select ${what}, count(*) as lines, sum(amount) as amount\n${from} and ${and}\ngroup by 1\norder by amount desc`,
    );
  const days = (first: string, last: string) =>
    rangeText({ from: dayIn(first, business.zone), to: dayIn(last, business.zone) });
  const opens: Opens = { lines: () => undefined };
  if (intact && may('customers.read')) opens.customers_added = to.customers({ filter });
  if (intact) opens.lines_added = question(`select *\n${from}\nlimit 1000`);
  if (!whole || !figures) return opens;
  if (may('customers.read') && figures.from && figures.to)
    opens.orders = to.orders({ import: one.id, period: days(figures.from, figures.to) });
  return {
    ...opens,
    return_orders: of('order_id', "kind = 'return'"),
    products: of('product', 'product is not null'),
    customers: of('customer_id', 'customer_id is not null'),
    customers_with_sale: of('customer_id', "kind = 'sale' and customer_id is not null"),
    lines: (sql) => question(`${sql.replace(/^SELECT count\(\*\), sum\(amount\)/, 'SELECT *')} LIMIT 1000`),
  };
}
