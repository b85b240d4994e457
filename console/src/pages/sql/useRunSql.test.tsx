import { act, renderHook, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { answer } from '../../testing/render';
import { useRunSql } from './useRunSql';

test('a running query is cancelled under the name it was sent with, and its late answer is not shown', async () => {
  let finish = (_: unknown) => {};
  const asked = answer({
    'POST /sql/queries': () => new Promise((resolve) => (finish = resolve)),
  });
  const { result } = renderHook(() => useRunSql());
  act(() => void result.current.start('select 1'));
  await waitFor(() => expect(asked.length).toBe(1));
  const { id } = (await asked[0]?.clone().json()) as { id: string };
  expect(id).toMatch(/^qry_[0-9a-z]{20}$/);
  await act(() => result.current.cancel());
  expect(asked[1]?.url).toContain(`/sql/queries/${id}`);
  await act(async () => finish({ columns: [], rows: [], row_count: 0 }));
  expect(result.current.running).toBe(false);
  expect(result.current.result).toBeUndefined();
});
