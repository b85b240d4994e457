import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { answer, show } from '../../testing/render';
import { InviteDialog } from './InviteDialog';
import { KeyDialog } from './KeyDialog';

test.each([
  ['New key', <KeyDialog key="key" onClose={() => {}} />],
  ['Invite', <InviteDialog key="invite" onClose={() => {}} />],
])('%s: nothing that is needed is called optional', async (title, dialog) => {
  answer({});
  await show(dialog);
  const text = (await screen.findByText(title)).closest('.ant-modal')?.textContent;
  expect(text).toBeTruthy();
  expect(text).not.toContain('optional');
  // A group may not have it.
  expect(document.querySelector('[role="group"][aria-required]')).toBeNull();
});
