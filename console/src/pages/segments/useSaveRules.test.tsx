import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Api } from '../../api/client';
import { answer, show } from '../../testing/render';
import { useSaveRules } from './useSaveRules';

const OLD = { name: 'old' } as unknown as Api['SegmentSettings'];
const NEW = { name: 'new' } as unknown as Api['SegmentSettings'];

function Probe() {
  const save = useSaveRules(OLD, '"v1"');
  return <button onClick={() => void save.submit(NEW)}>save</button>;
}

test('the way back puts the rules before in the place of those that were saved, and of no others', async () => {
  let version = 1;
  const asked = answer({
    'PUT /segments/settings': () => Response.json({}, { headers: { etag: `"v${++version}"` } }),
    'POST /segments/runs': { id: 'job_1' },
  });
  await show(<Probe />);
  fireEvent.click(screen.getByText('save'));
  fireEvent.click(await screen.findByText('Undo'));
  const puts = () => asked.filter((request) => request.method === 'PUT');
  await waitFor(() => expect(puts().length).toBe(2));
  expect(puts().map((request) => request.headers.get('If-Match'))).toEqual(['"v1"', '"v2"']);
  expect(await puts()[1]?.json()).toEqual(OLD);
});
