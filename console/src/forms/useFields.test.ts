import { expect, test } from 'vitest';
import { fieldPath } from './useFields';

test('names of the server become paths of the form', () => {
  expect(fieldPath('email')).toEqual(['email']);
  expect(fieldPath('groups[2].when')).toEqual(['groups', 2, 'when']);
  expect(fieldPath('rfm.bounds.recency_days[0]')).toEqual(['rfm', 'bounds', 'recency_days', 0]);
});
