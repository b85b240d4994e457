import { createContext, useContext, useState, type ReactNode } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { to } from '../paths';
import { readPeriod } from './period';
import { useMe } from './useMe';

/** As it stands in addresses. */
type Kept = { period?: string; compare?: string };

const KeptContext = createContext<Kept>({});

/** Remembers the period that was looked at last, so that links to pages with a period lead on with it. */
export function KeepPeriod({ children }: { children: ReactNode }) {
  const { data_until } = useMe();
  const { pathname } = useLocation();
  const [params] = useSearchParams();
  const [kept, setKept] = useState<Kept>({});
  const next = follow(kept, { overview: pathname === to.overview(), params, until: data_until ?? '' });
  if (next.period !== kept.period || next.compare !== kept.compare) setKept(next);
  return <KeptContext value={next}>{children}</KeptContext>;
}

interface Place {
  overview: boolean;
  params: URLSearchParams;
  until: string;
}

/** What is kept after an address was opened. The overview says all of it; other pages have no comparison. */
export function follow(kept: Kept, { overview, params, until }: Place): Kept {
  const period = params.get('period') ?? undefined;
  if (overview) return { period, compare: params.get('compare') ?? undefined };
  if (!period) return kept;
  // The days of "the last 30 days" are still the last 30 days.
  const [before, now] = [readPeriod(kept.period, until), readPeriod(period, until)];
  return before.from === now.from && before.to === now.to ? kept : { ...kept, period };
}

/** The period that was looked at last, for links. */
export const useKeptPeriod = () => useContext(KeptContext);
