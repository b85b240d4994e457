import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Api } from '../../api/client';
import { isOwnExport } from '../../hooks/ownExports';
import { answer, Failure, show } from '../../testing/render';
import { useExport } from './useExport';

const JOB = { id: 'job_9', kind: 'export.customers', state: 'running', done: 3, total: 10 } as Api['Job'];

function Probe({ begin }: { begin: () => Promise<Api['Job']> }) {
  const { start, busy } = useExport();
  return (
    <button disabled={busy} onClick={() => start(begin)}>
      Export
    </button>
  );
}

test('one notice: how far the file is, then the file', async () => {
  const now = { ...JOB };
  answer({ 'GET /jobs/job_9': () => now });
  await show(<Probe begin={() => Promise.resolve(JOB)} />);
  expect(isOwnExport(JOB)).toBe(false);
  fireEvent.click(screen.getByText('Export'));
  expect(await screen.findByText('The file is being written · 3 / 10')).toBeTruthy();
  // Who began it is not told once more.
  expect(isOwnExport(JOB)).toBe(true);
  Object.assign(now, { state: 'done', file: 'customers.csv' });
  const link = await screen.findByRole('link', { name: /Download/ }, { timeout: 5000 });
  expect(link.getAttribute('href')).toBe('/api/v1/jobs/job_9/file');
  expect(link.getAttribute('download')).toBe('customers.csv');
  // jsdom cannot fetch files.
  link.addEventListener('click', (event) => event.preventDefault());
  fireEvent.click(link);
  await waitFor(() => expect(screen.queryByRole('link', { name: /Download/ })).toBeNull(), { timeout: 4000 });
});

test('what goes wrong stands in the notice; what cannot begin has none', async () => {
  const problem = { code: 'internal', status: 500, detail: 'the disk is full' };
  answer({ 'GET /jobs/job_8': { ...JOB, id: 'job_8', state: 'dead', problem } });
  await show(<Probe begin={() => Promise.resolve({ ...JOB, id: 'job_8' })} />);
  fireEvent.click(screen.getByText('Export'));
  expect(await screen.findByText('the disk is full')).toBeTruthy();
});

test('a refusal is told', async () => {
  await show(<Probe begin={() => Promise.reject(new Failure(403, {}).body)} />);
  fireEvent.click(screen.getByText('Export'));
  expect(await screen.findByRole('alert')).toBeTruthy();
  expect(screen.queryByText(/being written/)).toBeNull();
});
