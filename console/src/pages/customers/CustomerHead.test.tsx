import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Api } from '../../api/client';
import { ME, answer, show } from '../../testing/render';
import { CustomerHead } from './CustomerHead';

const both = (en: string) => ({ en, zh: en });
const customer = (stage: string, group: string | null): Api['Customer'] => ({
  id: 'cus_1',
  name: 'Wang',
  masked: false,
  currency: 'CNY',
  identities: [],
  attributes: [],
  traits: [],
  sentences: [],
  quality: { score: 1, issues: [] },
  etag: 'x',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  place: {
    as_of: '2026-10-31',
    stage: { name: stage, label: both(stage) },
    group: group ? { name: group, label: both(group) } : null,
    action: both(group ? 'Offer membership' : 'Make the first sale'),
    stale: false,
  },
});
const RUN = {
  stages: [
    { name: 'at_risk', action: both('Remind him now') },
    { name: 'active', action: both('Recommend goods') },
  ],
};
const advice = async () => (await screen.findAllByRole('listitem')).map((one) => one.textContent);

test('who is about to leave is reminded first, whatever his group', async () => {
  answer({ 'GET /segments/runs/latest': RUN });
  await show(<CustomerHead customer={customer('at_risk', 'loyal')} />);
  await screen.findByText(/Remind him now/);
  expect(await advice()).toEqual(['Stage “at_risk”: Remind him now', 'Group “loyal”: Offer membership']);
});

test('else the group comes first', async () => {
  answer({ 'GET /segments/runs/latest': RUN });
  await show(<CustomerHead customer={customer('active', 'loyal')} />);
  await screen.findByText(/Recommend goods/);
  expect(await advice()).toEqual(['Group “loyal”: Offer membership', 'Stage “active”: Recommend goods']);
});

test('without a group, or without the right to see segments, there is one advice', async () => {
  const asked = answer({});
  await show(<CustomerHead customer={customer('prospect', null)} />);
  expect(await advice()).toEqual(['Stage “prospect”: Make the first sale']);
  expect(asked.length).toBe(0);
});

test('who may not see segments is told what comes with the customer', async () => {
  const asked = answer({});
  await show(<CustomerHead customer={customer('at_risk', 'loyal')} />, { me: { ...ME, permissions: [] } });
  expect(await advice()).toEqual(['Group “loyal”: Offer membership']);
  expect(asked.length).toBe(0);
});
