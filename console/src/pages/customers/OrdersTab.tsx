import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useUrl } from '../../hooks/useUrl';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { ORDER_SORTS, OrderTable } from '../orders/OrderTable';

/** The customer's orders with their lines. */
export function OrdersTab({ id }: { id: string }) {
  const { t } = useTranslation();
  const { pick, set } = useUrl();
  const sort = pick('sort', ORDER_SORTS);
  const params = { query: { customer: id, sort, limit: 30 } };
  const query = api.useInfiniteQuery('get', '/api/v1/orders', { params }, paging);
  return (
    <Panel flush>
      <OrderTable
        query={query}
        sort={sort}
        onSort={(value) => set({ sort: value === ORDER_SORTS[0] ? null : value }, { replace: true })}
        rows={rowsOf(query.data)}
        total={query.data?.pages[0]?.total}
        empty={<Nothing title={t('orders.none_yet')} hint={t('orders.none_yet_hint')} />}
      />
    </Panel>
  );
}
