import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Api } from '../../api/client';
import { answer, Failure, ME, show } from '../../testing/render';
import { SavedMappings } from './SavedMappings';

const till: Api['MappingRow'] = {
  name: 'till',
  kind: 'orders',
  mapping: { columns: { order_id: 'no' } },
  labels: {},
  updated_at: '2026-05-01T08:30:00Z',
  etag: '"v1"',
};

const me = { ...ME, permissions: [...ME.permissions, 'import.run' as const] };

const rename = async (to: string) => {
  await userEvent.click(await screen.findByLabelText('Rename till'));
  const name = await screen.findByLabelText('Name');
  await userEvent.clear(name);
  await userEvent.type(name, to);
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
};

test('a mapping gets another name, and its old one back', async () => {
  const asked = answer({
    'GET /mappings': [till],
    'PATCH /mappings/till': { ...till, name: 'shop 2', etag: '"v2"' },
    'PATCH /mappings/shop%202': till,
  });
  await show(<SavedMappings onClose={() => {}} />, { me });
  await rename(' shop 2 ');
  fireEvent.click(await screen.findByText('Undo'));
  const sent = () => asked.filter((request) => request.method === 'PATCH');
  await waitFor(() => expect(sent()).toHaveLength(2));
  expect(await Promise.all(sent().map((request) => request.json()))).toEqual([{ name: 'shop 2' }, { name: 'till' }]);
  expect(sent().map((request) => request.headers.get('If-Match'))).toEqual(['"v1"', '"v2"']);
});

test('a name that another mapping has is refused at the field', async () => {
  const fields = [{ field: 'name', message: 'taken' }];
  const problem = { code: 'conflict', status: 409, detail: 'no', fields };
  answer({ 'GET /mappings': [till], 'PATCH /mappings/till': new Failure(409, problem) });
  await show(<SavedMappings onClose={() => {}} />, { me });
  await rename('other');
  await waitFor(() => expect(document.querySelector('.ant-form-item-explain-error')?.textContent).toBe('taken'));
});
