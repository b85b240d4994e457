import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { show } from '../testing/render';
import { useValue } from './useValue';

function Values() {
  const value = useValue();
  return (
    <p>
      {[value('1***', 'date'), value('1***', 'time'), value('w***', 'list'), value('1990-05-01', 'date')].join('|')}
    </p>
  );
}

test('a masked value is shown as it is, whatever it should be', async () => {
  await show(<Values />);
  expect(await screen.findByText('1***|1***|w***|1 May 1990')).toBeTruthy();
});
