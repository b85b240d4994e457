import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { answer, Failure, ME, show } from '../testing/render';
import { AccountPage } from '../pages/session/AccountPage';
import { SecondFactor } from '../pages/session/SecondFactor';

const wrong = new Failure(422, {
  code: 'invalid_input',
  status: 422,
  detail: 'the password is wrong',
  fields: [{ field: 'password', message: 'is wrong' }],
  request: 'req_1',
});
const item = (input: HTMLElement) => input.closest('.ant-form-item')?.textContent;

test('a wrong present password is said beside it, and what was typed stays', async () => {
  const asked = answer({ 'POST /auth/password': wrong, 'GET /auth/sessions': { items: [] } });
  await show(<AccountPage />);
  const present = await screen.findByLabelText<HTMLInputElement>('Current password');
  const fresh = screen.getByLabelText<HTMLInputElement>('New password');
  fireEvent.change(present, { target: { value: 'wrong' } });
  fireEvent.change(fresh, { target: { value: 'correct horse battery' } });
  fireEvent.change(screen.getByLabelText('New password again'), { target: { value: 'correct horse battery' } });
  await userEvent.click(screen.getByRole('button', { name: 'Change password' }));
  await screen.findByText('is wrong');
  expect(item(present)).toContain('is wrong');
  expect(item(fresh)).not.toContain('is wrong');
  expect(fresh.value).toBe('correct horse battery');
  expect(screen.queryByText(/Number of the request/)).toBeNull();
  expect(asked.filter((request) => request.method === 'POST')).toHaveLength(1);
});

test('so it is in the dialogue of the second step', async () => {
  answer({ 'POST /auth/totp/setup': wrong });
  await show(<SecondFactor />, { me: { ...ME, totp: false } });
  await userEvent.click(await screen.findByRole('button'));
  const present = await screen.findByLabelText<HTMLInputElement>('Current password');
  await userEvent.type(present, 'wrong{Enter}');
  await screen.findByText('is wrong');
  expect(item(present)).toContain('is wrong');
  expect(screen.queryByText(/Number of the request/)).toBeNull();
});

test('what is of no field on the page is said above', async () => {
  const other = { code: 'invalid_input', status: 422, fields: [{ field: 'elsewhere', message: 'is odd' }] };
  answer({ 'POST /auth/totp/setup': new Failure(422, other) });
  await show(<SecondFactor />, { me: { ...ME, totp: false } });
  await userEvent.click(await screen.findByRole('button'));
  await userEvent.type(await screen.findByLabelText('Current password'), 'right{Enter}');
  expect(await screen.findByText('elsewhere')).toBeTruthy();
});
