import dayjs from 'dayjs';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';

/** When everybody is seen for the first time, these say nothing about the business. */
export const NEEDS_HISTORY = new Set(['new_customers', 'returning_customers', 'repurchase_rate']);

/** Whether a range reaches back to the first month of the history. */
export const isYoung = (range: Api['Range'] | null | undefined, start: string | undefined): boolean =>
  !!range && !!start && range.from < dayjs(start).add(1, 'month').format('YYYY-MM-DD');

/** The day of the first purchase of anybody; unknown to who may not see customers. */
export function useHistoryStart(): string | undefined {
  const may = useMay();
  const format = useFormat();
  const query = { sort: 'first_purchase', columns: 'first_purchase', limit: 1 };
  const asked = api.useQuery(
    'get',
    '/api/v1/customers',
    { params: { query } },
    { enabled: may('customers.read'), staleTime: 300_000 },
  );
  const first = asked.data?.items[0]?.values.first_purchase;
  return typeof first === 'string' ? format.isoDay(first) : undefined;
}
