import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { show } from '../../testing/render';
import { useChart } from './useChart';

const SAVED = { kind: 'line' as const, x: 'month', y: ['revenue', 'orders'] };

function Probe({ saved }: { saved?: typeof SAVED }) {
  const chart = useChart(saved);
  return (
    <>
      <output>{JSON.stringify(chart.spec())}</output>
      <button onClick={() => chart.change({ kind: 'bar' })}>bar</button>
      <button onClick={() => chart.change({ view: 'table' })}>table</button>
    </>
  );
}
const spec = () => JSON.parse(screen.getByRole('status').textContent ?? '') as unknown;

test('a question is drawn as it was saved; what is changed keeps the rest of it', async () => {
  await show(<Probe saved={SAVED} />, { at: '/sql?question=que_1' });
  expect(spec()).toEqual(SAVED);
  await userEvent.click(screen.getByRole('button', { name: 'bar' }));
  expect(spec()).toEqual({ ...SAVED, kind: 'bar' });
  await userEvent.click(screen.getByRole('button', { name: 'table' }));
  expect(spec()).toEqual({ kind: 'none' });
});

test('nothing is drawn unless it is asked for', async () => {
  await show(<Probe />, { at: '/sql?sql=select+1' });
  expect(spec()).toEqual({ kind: 'none' });
});
