import dayjs from 'dayjs';
import { api } from '../../api/client';
import { useMay, useMe } from '../../hooks/useMe';

/** What the best sold products of two years are called, by their codes; nothing while that is not known. */
export function useProductNames(wanted: boolean) {
  const may = useMay();
  const { data_until } = useMe();
  const [asked, until] = [wanted && !!data_until && may('insight.read'), data_until ?? ''];
  const from = dayjs(until || undefined)
    .subtract(2, 'year')
    .format('YYYY-MM-DD');
  const query = { from, to: until, by: 'product', compare: 'none', limit: 200 } as const;
  const top = api.useQuery(
    'get',
    '/api/v1/overview/top',
    { params: { query } },
    { enabled: asked, staleTime: 300_000, retry: false },
  );
  const name = (code: string) => {
    const label = top.data?.rows.find((row) => row.key === code)?.label;
    return label === code ? undefined : label;
  };
  return { name, ready: !asked || !top.isPending };
}
