import dayjs from 'dayjs';
import type { Api } from '../../api/client';
import { useMe } from '../../hooks/useMe';

/** When everybody is seen for the first time, these say nothing about the business. */
export const NEEDS_HISTORY = new Set(['new_customers', 'returning_customers', 'repurchase_rate']);

/** Whether a range reaches back to the first month of the history. */
export const isYoung = (range: Api['Range'] | null | undefined, start: string | undefined): boolean =>
  !!range && !!start && range.from < dayjs(start).add(1, 'month').format('YYYY-MM-DD');

/** The day of the first order of all. */
export const useHistoryStart = (): string | undefined => useMe().business.data_from ?? undefined;
