import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { show } from '../../testing/render';
import { SecretDialog } from './SecretDialog';

test('what is shown once stays until one says that it is kept', async () => {
  const closed = vi.fn();
  await show(<SecretDialog title="Recovery codes" lead="Keep them" secret="one two" onClose={closed} />);
  const done = await screen.findByRole('button', { name: 'I have kept it' });
  done.focus();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
  expect(closed).not.toHaveBeenCalled();
  await userEvent.click(done);
  expect(closed).toHaveBeenCalledOnce();
});
