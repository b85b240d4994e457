import { expect, test } from 'vitest';
import type { Api } from '../api/client';
import { formatter } from '../hooks/format';
import { answerOption, stepsOf } from './answer';
import { paletteOf } from './palette';

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
  expect(steps('int', 7)).toEqual(['7']);
});

test('points of days stand along the axis, points of numbers where these are', () => {
  const option = (type: string, ...xs: unknown[]) => {
    const columns = [
      { name: 'x', type },
      { name: 'y', type: 'int' },
    ];
    const result = { columns, rows: xs.map((x, row) => [x, row]) } as Api['SqlResult'];
    const show = String;
    return answerOption({ result, kind: 'scatter', x: 'x', y: ['y'], day, time, show, short: show })(paletteOf(false));
  };
  expect(option('date', '2010-12-01', '2010-12-02')).toMatchObject({
    xAxis: { type: 'category', data: ['1 Dec 2010', '2 Dec 2010'] },
    series: [{ data: [0, 1] }],
  });
  expect(option('int', 5, 9)).toMatchObject({
    xAxis: { type: 'value' },
    series: [
      {
        data: [
          [5, 0],
          [9, 1],
        ],
      },
    ],
  });
});
