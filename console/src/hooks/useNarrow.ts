import { useSyncExternalStore } from 'react';

const QUERY = '(max-width: 767px)';
const list = typeof matchMedia === 'function' ? matchMedia(QUERY) : undefined;

/** Whether the window is as narrow as a telephone. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (tell) => {
      list?.addEventListener('change', tell);
      return () => list?.removeEventListener('change', tell);
    },
    () => list?.matches ?? false,
  );
}
