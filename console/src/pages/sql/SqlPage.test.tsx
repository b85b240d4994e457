import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { answer, Failure, ME, show } from '../../testing/render';
import { SqlPage } from './SqlPage';

// The real editor needs a layout, which jsdom has not.
vi.mock('./SqlEditor', () => ({
  SqlEditor: ({ value, onChange }: { value: string; onChange: (text: string) => void }) => (
    <textarea aria-label="SQL query" value={value} onChange={(event) => onChange(event.target.value)} />
  ),
}));

const QUESTION = { id: 'que_1', name: 'How many', sql: 'select 2 as n', chart: { kind: 'none' }, shared: true };
const ANSWER = { columns: [{ name: 'n', type: 'int' }], rows: [[7]], row_count: 1, took_ms: 3, truncated: false };
const me = { ...ME, permissions: [...ME.permissions, 'sql.run' as const] };

/** The page, with the SQL that was sent. */
async function open(at: string, queries: unknown = ANSWER) {
  const asked = answer({
    'GET /sql/questions': [QUESTION],
    'GET /sql/schema': { tables: [], functions: [], limits: { seconds: 60, rows: 1000, memory_mib: 512 } },
    'POST /sql/queries': queries,
  });
  const router = await show(<SqlPage />, { at, me });
  const sent = async () => {
    const runs = asked.filter(({ method, url }) => method === 'POST' && url.endsWith('/sql/queries'));
    return Promise.all(runs.map(async (run) => ((await run.clone().json()) as { sql: string }).sql));
  };
  return { sent, router };
}
const there = () => screen.findByRole('cell', { name: '7' });

test('an address with SQL, or with the name of a question, is answered at once and once', async () => {
  const { sent, router } = await open('/sql?sql=select+1');
  await there();
  expect(await sent()).toEqual(['select 1']);
  // What is typed waits for "Run", which asks once, too.
  fireEvent.change(screen.getByLabelText('SQL query'), { target: { value: 'select 11' } });
  fireEvent.click(screen.getByRole('button', { name: /Run/ }));
  await waitFor(async () => expect(await sent()).toEqual(['select 1', 'select 11']));
  await router.navigate('/sql?question=que_1');
  await waitFor(async () => expect(await sent()).toEqual(['select 1', 'select 11', 'select 2 as n']));
  await there();
});

test('nothing is asked before somebody asks', async () => {
  const { sent } = await open('/sql');
  expect(await screen.findByText('No answer yet')).toBeTruthy();
  expect(await sent()).toEqual([]);
});

test('under what went wrong there is no empty answer', async () => {
  await open('/sql?sql=select+x', new Failure(422, { code: 'invalid_input', status: 422, detail: 'no column x' }));
  expect(await screen.findByText('no column x')).toBeTruthy();
  expect(screen.queryByText('No answer yet')).toBeNull();
});
