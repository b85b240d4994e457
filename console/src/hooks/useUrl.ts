import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

type Changes = Record<string, string | string[] | null | undefined>;

/** The state of a page lives in its address. `set` changes some of it; null removes. */
export function useUrl() {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (changes: Changes, options: { replace?: boolean } = {}) => {
      setParams((old) => changed(old, changes), options);
    },
    [setParams],
  );
  /** The address with some of its state changed, for links. */
  const link = (changes: Changes): string => `?${changed(params, changes).toString()}`;
  const get = useCallback((name: string) => params.get(name) ?? undefined, [params]);
  /** One of the allowed values, the first unless another is given. */
  const pick = <T extends string>(name: string, allowed: readonly [T, ...T[]]): T =>
    allowed.find((value) => value === params.get(name)) ?? allowed[0];
  return { params, get, all: (name: string) => params.getAll(name), pick, set, link };
}

function changed(old: URLSearchParams, changes: Changes): URLSearchParams {
  const next = new URLSearchParams(old);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    if (Array.isArray(value)) value.forEach((one) => next.append(name, one));
    else if (value) next.set(name, value);
  }
  return next;
}
