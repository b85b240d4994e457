import { api } from '../../api/client';
import { useUrl } from '../../hooks/useUrl';
import { paging } from '../../table/paging';

const KEPT = 'guanxi.customers.columns';
const DEFAULT = ['rfm_group', 'life_stage', 'monetary', 'frequency', 'last_purchase', 'average_order', 'top_category'];

function kept(): string[] {
  return localStorage.getItem(KEPT)?.split(',').filter(Boolean) ?? DEFAULT;
}

/** What the list shows, all of it in the address; the columns are also kept for next time. */
export function useCustomerList() {
  const { get, all, set } = useUrl();
  // The name is always there, in front.
  const shown = (get('columns')?.split(',').filter(Boolean) ?? kept()).filter((name) => name !== 'name');
  const asked = {
    q: get('q'),
    filter: all('filter'),
    within: get('within'),
    sort: get('sort') ?? '-monetary',
    columns: shown.join(','),
  };
  const query = api.useInfiniteQuery(
    'get',
    '/api/v1/customers',
    { params: { query: { ...asked, limit: 50 } } },
    paging,
  );
  const columns = api.useQuery('get', '/api/v1/customers/columns', {}, { staleTime: 300_000 });
  return {
    asked,
    shown,
    query,
    columns: (columns.data ?? []).filter((column) => column.name !== 'name'),
    setColumns: (names: string[] | null) => {
      if (names) localStorage.setItem(KEPT, names.join(','));
      else localStorage.removeItem(KEPT);
      set({ columns: names?.join(',') }, { replace: true });
    },
  };
}
