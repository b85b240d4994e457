import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { answer, show } from '../../testing/render';
import { rules } from '../../testing/rules';
import { RulesForm } from './RulesForm';

test('who may not change the rules finds nothing to change, only texts to open', async () => {
  answer({});
  await show(<RulesForm rules={rules()} etag={'"v1"'} readOnly />);
  expect(await screen.findAllByLabelText('Remove')).toHaveLength(7);
  const free = () => [...document.querySelectorAll('button')].filter((button) => !button.disabled);
  expect(new Set(free().map((button) => button.getAttribute('aria-label')))).toEqual(new Set(['Name and texts']));
  expect([...document.querySelectorAll('input')].filter((input) => !input.disabled)).toEqual([]);
});

test('who may change them finds the ways to', async () => {
  answer({});
  await show(<RulesForm rules={rules()} etag={'"v1"'} readOnly={false} />);
  const all = screen.getAllByLabelText<HTMLButtonElement>('Remove');
  expect(all.length).toBe(7);
  expect(all.every((button) => !button.disabled)).toBe(true);
});
