import { useCallback, useEffect, useRef, useState } from 'react';
import { client, type Api } from '../../api/client';
import { randomKey } from '../../api/once';

interface State {
  running: boolean;
  /** Somebody did not want to wait for it. */
  stopped?: boolean;
  sql?: string;
  result?: Api['SqlResult'];
  error?: unknown;
}

/** Runs one query at a time. Its id is ours, so that it can be cancelled before it answers. */
export function useRunSql() {
  const [state, setState] = useState<State>({ running: false });
  const current = useRef<string>(null);

  const cancel = useCallback(async () => {
    const id = current.current;
    current.current = null;
    setState((old) => ({ ...old, running: false, stopped: !!id }));
    if (id) await client.DELETE('/api/v1/sql/queries/{id}', { params: { path: { id } } });
  }, []);

  const start = useCallback(
    async (sql: string) => {
      if (current.current) await cancel();
      const id = `qry_${randomKey().padEnd(20, '0')}`;
      current.current = id;
      setState({ running: true, sql });
      try {
        const { data, error } = await client.POST('/api/v1/sql/queries', { body: { id, sql } });
        // Cancelled or overtaken meanwhile: its answer is no longer wanted.
        if (current.current !== id) return;
        setState({ running: false, sql, result: data, error });
      } catch (error) {
        if (current.current === id) setState({ running: false, sql, error });
      }
      if (current.current === id) current.current = null;
    },
    [cancel],
  );

  useEffect(() => () => void cancel(), [cancel]);
  return { ...state, start, cancel };
}
