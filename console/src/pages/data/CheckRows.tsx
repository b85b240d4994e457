import { Drawer, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { useNarrow } from '../../hooks/useNarrow';
import { useReturnFocus } from '../../hooks/useReturnFocus';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { OrderLines } from '../orders/OrderLines';
import { fewColumns, MONEY, nameOf, orderId } from './checkColumns';
import { ResultTable, type ShownColumn } from './ResultTable';
import { useResultPages } from './useResultPages';

interface Order {
  id: string;
  name: string;
}

/** The rows that fail a check, in the words of the shop; an order opens to its receipt. */
export function CheckRows({ name }: { name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const narrow = useNarrow();
  const pages = useResultPages('/api/v1/quality/{name}/rows', name);
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<Order>();
  const { columns, rows } = pages;
  const names = columns.map((column) => column.name);
  const few = fewColumns(names, rows);
  const time = names.indexOf('time');
  const key = names.indexOf('order_key');
  const currency = names.indexOf('currency');
  const title = (column: string) => {
    const known = nameOf(column);
    return known ? t(`field.${known}`) : column;
  };
  const order = (at: number) => (cells: unknown[]) => {
    const value = cells[at] == null ? '–' : String(cells[at]);
    const id = may('customers.read') ? orderId(cells[key]) : undefined;
    return (
      <>
        {id ? (
          <button type="button" className="gx-link" onClick={() => setOpen({ id, name: value })}>
            {value}
          </button>
        ) : (
          value
        )}
        {narrow && !all && time >= 0 && <div className="gx-faint gx-small">{format.time(String(cells[time]))}</div>}
      </>
    );
  };
  const renderOf = (column: string, at: number): ShownColumn['render'] => {
    if (column === 'order_id') return order(at);
    if (column === 'kind') return (cells) => (isKind(cells[at]) ? t(`orders.kinds.${cells[at]}`) : undefined);
    if (!MONEY.has(column)) return undefined;
    return (cells) =>
      cells[at] == null ? undefined : format.money(String(cells[at]), (cells[currency] as string | null) ?? undefined);
  };
  // On a telephone the time stands below the order.
  const fits = narrow ? few.filter((at) => at !== time || !names.includes('order_id')).slice(0, 3) : few;
  const shown = (all ? names.map((_, at) => at) : fits).map((at): ShownColumn => ({
    at,
    title: title(names[at] ?? ''),
    render: renderOf(names[at] ?? '', at),
  }));
  return (
    <Panel flush>
      {fits.length < names.length && rows.length > 0 && (
        <div className="gx-toolbar">
          <label className="gx-actions">
            <Switch size="small" checked={all} onChange={setAll} />
            {t('data.all_columns')}
          </label>
        </div>
      )}
      <ResultTable
        {...pages}
        shown={shown}
        empty={<Nothing title={t('quality.fine')} hint={t('quality.fine_hint')} />}
      />
      {open && <Receipt order={open} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}

const isKind = (value: unknown) => value === 'sale' || value === 'return' || value === 'adjustment';

function Receipt({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation();
  useReturnFocus();
  return (
    <Drawer open onClose={onClose} size="large" title={`${t('orders.order')} ${order.name}`}>
      <OrderLines id={order.id} />
    </Drawer>
  );
}
