import { act, screen } from '@testing-library/react';
import { Link } from 'react-router';
import { expect, test } from 'vitest';
import { show } from '../testing/render';
import { KeepList, useKeptList } from './keptList';

function Back() {
  return <Link to={useKeptList()}>back</Link>;
}
const target = () => screen.getByRole('link', { name: 'back' }).getAttribute('href');

test('the way back leads to the list as it was left', async () => {
  const router = await show(
    <KeepList>
      <Back />
    </KeepList>,
    { at: '/customers/cus_1' },
  );
  expect(target()).toBe('/customers');
  await act(() => router.navigate('/customers?filter=monetary:ge:5&sort=-frequency'));
  await act(() => router.navigate('/customers/cus_2?tab=orders'));
  expect(target()).toBe('/customers?filter=monetary:ge:5&sort=-frequency');
  await act(() => router.navigate('/customers'));
  expect(target()).toBe('/customers');
});
