import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Api } from '../../api/client';
import { answer, show } from '../../testing/render';
import { RulesForm } from './RulesForm';

const text = (en: string) => ({ en, zh: en });
const rule = (name: string, when?: string): Api['Rule'] => ({ name, label: text(name), when });
const rules: Api['SegmentSettings'] = {
  rfm: { window: 'all', bins: 5, bounds: {}, weights: { recency: 1, frequency: 1, monetary: 1 } },
  groups: [rule('best', 'r >= 4 and fm >= 4'), rule('rest')],
  value: {
    method: 'pareto',
    tiers: [
      { name: 'a', label: text('A'), share: 0.8 },
      { name: 'b', label: text('B') },
    ],
  },
  lifecycle: {
    default_rhythm_days: 30,
    limits: [{ name: 'late', rhythms: 3, min_days: 60, max_days: 270 }],
    stages: [rule('new', 'orders = 1'), rule('other')],
  },
};

test('who may not change the rules finds nothing to change, only texts to open', async () => {
  answer({});
  await show(<RulesForm rules={rules} etag={'"v1"'} readOnly />);
  expect(await screen.findAllByLabelText('Remove')).toHaveLength(7);
  const free = () => [...document.querySelectorAll('button')].filter((button) => !button.disabled);
  expect(new Set(free().map((button) => button.getAttribute('aria-label')))).toEqual(new Set(['Name and texts']));
  expect([...document.querySelectorAll('input')].filter((input) => !input.disabled)).toEqual([]);
});

test('who may change them finds the ways to', async () => {
  answer({});
  await show(<RulesForm rules={rules} etag={'"v1"'} readOnly={false} />);
  const all = screen.getAllByLabelText<HTMLButtonElement>('Remove');
  expect(all.length).toBe(7);
  expect(all.every((button) => !button.disabled)).toBe(true);
});
