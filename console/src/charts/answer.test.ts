import { expect, test } from 'vitest';
import type { Api } from '../api/client';
import { formatter } from '../hooks/format';
import { stepsOf } from './answer';

const { day, time } = formatter({ language: 'en', currency: 'CNY', zone: 'Asia/Shanghai' });
const steps = (type: string, ...values: unknown[]) => {
  const result = { columns: [{ name: 'x', type }], rows: values.map((value) => [value]) } as Api['SqlResult'];
  return stepsOf({ result, x: 'x', day, time });
};

test('days and instants along the axis are as people read them', () => {
  expect(steps('time', '2010-12-01T00:00:00Z', null)).toEqual(['1 Dec 2010', '–']);
  expect(steps('time', '2010-12-01T00:00:00Z', '2010-12-01T10:30:00Z')[1]).toBe('1 Dec 2010, 18:30');
  expect(steps('date', '2010-12-01')).toEqual(['1 Dec 2010']);
  expect(steps('text', 'loyal', '2010-12-01T00:00:00Z')).toEqual(['loyal', '2010-12-01T00:00:00Z']);
  expect(steps('bigint', 7)).toEqual(['7']);
});
