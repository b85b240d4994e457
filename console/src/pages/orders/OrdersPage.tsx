import { Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useKeptPeriod } from '../../hooks/keptPeriod';
import { useMay, useMe } from '../../hooks/useMe';
import { usePeriod } from '../../hooks/usePeriod';
import { useUrl } from '../../hooks/useUrl';
import { PeriodPicker } from '../../layouts/PeriodPicker';
import { to } from '../../paths';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { NothingYet } from '../../ui/NothingYet';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { useCode } from '../../ui/useCode';
import { ORDER_SORTS, OrderTable } from './OrderTable';

const KINDS = ['all', 'sale', 'return', 'adjustment'] as const;
const NARROW = ['product', 'category', 'store', 'channel', 'customer', 'import', 'weekday', 'hour'] as const;

/** The orders behind a number. */
export function OrdersPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const { has_data } = useMe();
  const home = to.overview(useKeptPeriod());
  const { get, pick, set } = useUrl();
  const { word } = useCode();
  const period = usePeriod();
  const kind = pick('kind', KINDS);
  const sort = pick('sort', ORDER_SORTS);
  const { from, to: until } = period;
  const narrow = Object.fromEntries(NARROW.flatMap((name) => (get(name) ? [[name, get(name)]] : [])));
  const words = (name: string, value: string | undefined) => {
    if (name === 'weekday') return format.weekday(Number(value), 'long');
    if (name === 'channel') return word('channel', value ?? '');
    return name === 'hour' ? `${value}:00 – ${value}:59` : value;
  };
  const asked = { ...narrow, from, to: until, kind: kind === 'all' ? undefined : kind, sort, limit: 50 };
  const query = api.useInfiniteQuery('get', '/api/v1/orders', { params: { query: asked } }, paging);
  const first = query.data?.pages[0];
  return (
    <Page
      title={t('orders.title')}
      back={may('insight.read') ? { to: home, label: t('overview.title') } : undefined}
      mark={first && <span className="gx-faint gx-num">{format.int(first.total.value)}</span>}
      lead={
        first &&
        t('orders.lead', {
          from: format.day(from),
          to: format.day(until),
          sum: format.money(first.sum.amount, first.sum.currency),
        })
      }
      actions={<PeriodPicker compare={false} />}
    >
      <Panel flush>
        <div className="gx-toolbar">
          <Select
            aria-label={t('orders.kind')}
            value={kind}
            popupMatchSelectWidth={false}
            options={KINDS.map((value) => ({ value, label: t(`orders.kinds.${value}`) }))}
            onChange={(value) => set({ kind: value === 'all' ? null : value })}
          />
          {Object.entries(narrow).map(([name, value]) => (
            <Tag
              key={name}
              closable={{ 'aria-label': t('orders.widen', { name: t(`orders.by.${name}`) }) }}
              onClose={() => set({ [name]: null })}
            >
              {t(`orders.by.${name}`)}: <strong>{words(name, value)}</strong>
            </Tag>
          ))}
        </div>
        <OrderTable
          query={query}
          rows={rowsOf(query.data)}
          total={first?.total}
          withCustomer
          sort={sort}
          onSort={(value) => set({ sort: value === ORDER_SORTS[0] ? null : value }, { replace: true })}
          empty={has_data ? <Nothing title={t('orders.none')} hint={t('orders.none_hint')} /> : <NothingYet />}
        />
      </Panel>
    </Page>
  );
}
