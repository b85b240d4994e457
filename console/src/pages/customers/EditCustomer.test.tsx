import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Api } from '../../api/client';
import { answer, Failure, show } from '../../testing/render';
import { EditCustomer } from './EditCustomer';

const attribute = (name: string, unit: string, value?: unknown): Api['Attribute'] => ({
  name,
  label: { en: name, zh: name },
  unit,
  value,
  personal: false,
});
const customer: Api['Customer'] = {
  id: 'cus_1',
  name: 'Anna',
  masked: false,
  identities: [],
  attributes: [
    attribute('city', 'text', 'Berlin'),
    attribute('height', 'count', 1.72),
    attribute('birthday', 'date', '1990-05-01'),
    attribute('vip', 'bool', true),
    attribute('tags', 'list', ['wine', 'art']),
  ],
  traits: [],
  sentences: [],
  quality: { score: 1, issues: [] },
  currency: 'CNY',
  created_at: '2026-05-01T08:30:00Z',
  updated_at: '2026-05-01T08:30:00Z',
  etag: '"v1"',
};

test('every type has its input; only what differs is sent, nothing removes', async () => {
  const done = vi.fn();
  const asked = answer({ 'GET /customers/columns': [], 'PATCH /customers/cus_1': customer });
  await show(<EditCustomer customer={customer} onClose={done} />);
  const field = async (name: string) => screen.findByLabelText<HTMLInputElement>(new RegExp(`^${name}`));
  expect((await field('birthday')).value).toBe('1990-05-01');
  await userEvent.clear(await field('city'));
  await userEvent.clear(await field('height'));
  await userEvent.type(await field('height'), '1.75');
  await userEvent.type(await field('tags'), 'golf{enter}');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(done).toHaveBeenCalled());
  const sent = asked.find((request) => request.method === 'PATCH');
  expect(sent?.headers.get('If-Match')).toBe('"v1"');
  expect(await sent?.json()).toEqual({ attributes: { city: null, height: 1.75, tags: ['wine', 'art', 'golf'] } });
});

test('what the server says about an attribute stands beside it', async () => {
  const fields = [{ field: 'attributes.city', message: 'shorten it' }];
  const problem = { code: 'invalid_input', status: 422, detail: 'no', fields };
  answer({ 'GET /customers/columns': [], 'PATCH /customers/cus_1': new Failure(422, problem) });
  await show(<EditCustomer customer={customer} onClose={() => {}} />);
  await userEvent.type(await screen.findByLabelText(/^city/), 'x');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(document.querySelector('.ant-form-item-explain-error')?.textContent).toBe('shorten it'));
});
