import { createContext, useContext, useState, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { to } from '../paths';

const ListContext = createContext(to.customers());

/** Remembers how the list of customers was looked at last, so that the way back from a customer leads there. */
export function KeepList({ children }: { children: ReactNode }) {
  const { pathname, search } = useLocation();
  const [kept, setKept] = useState(to.customers());
  const next = pathname === to.customers() ? pathname + search : kept;
  if (next !== kept) setKept(next);
  return <ListContext value={next}>{children}</ListContext>;
}

/** The list of customers as it was looked at last. */
export const useKeptList = () => useContext(ListContext);
