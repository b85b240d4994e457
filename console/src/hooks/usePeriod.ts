import dayjs from 'dayjs';
import { COMPARE, readPeriod, type Compare } from './period';
import { useMe } from './useMe';
import { useUrl } from './useUrl';

/** The period and what it is compared with, from the address. Ends with the data, not with the calendar. */
export function usePeriod() {
  const { business, data_until } = useMe();
  const { get, pick, set } = useUrl();
  const until = data_until ?? dayjs().format('YYYY-MM-DD');
  const period = readPeriod(get('period'), until);
  const compare: Compare = pick('compare', COMPARE);
  return {
    ...period,
    compare,
    until,
    currency: business.currency,
    query: { from: period.from, to: period.to, compare },
    set: (value: string) => set({ period: value }),
    setCompare: (value: Compare) => set({ compare: value === COMPARE[0] ? null : value }),
  };
}
