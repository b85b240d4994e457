import { fireEvent, screen, waitFor } from '@testing-library/react';
import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { useReturnFocus } from '../hooks/useReturnFocus';
import { show } from '../testing/render';
import { Menu } from './Menu';

function Dialog({ name, onDone }: { name: string; onDone: () => void }) {
  useReturnFocus();
  return (
    <Modal open title={name} footer={<Button onClick={onDone}>{`done ${name}`}</Button>}>
      <input aria-label={name} />
    </Modal>
  );
}

/** The second takes the place of the first, as a secret that is shown once does after the form. */
function TwoDialogs() {
  const [at, setAt] = useState(0);
  return (
    <>
      <Button onClick={() => setAt(1)}>begin</Button>
      {at === 1 && <Dialog key="1" name="first" onDone={() => setAt(2)} />}
      {at === 2 && <Dialog key="2" name="second" onDone={() => setAt(0)} />}
    </>
  );
}

const press = (name: string) => {
  const button = screen.getByText(name).closest('button') as HTMLElement;
  button.focus();
  fireEvent.click(button);
};

test('after a dialog that took the place of another the focus is where the first was opened', async () => {
  await show(<TwoDialogs />);
  press('begin');
  await screen.findByText('done first');
  press('done first');
  await screen.findByText('done second');
  press('done second');
  await waitFor(() => expect(document.activeElement?.textContent).toBe('begin'));
});

function Asking() {
  const { modal } = App.useApp();
  const ask = () => void modal.confirm({ title: 'Sure?', cancelText: 'No' });
  return (
    <Menu menu={{ items: [{ key: 'ask', label: 'ask', onClick: ask }] }}>
      <Button>more</Button>
    </Menu>
  );
}

test('a question that an item of a menu asks gives the focus back to the button of the menu', async () => {
  await show(<Asking />);
  press('more');
  const item = (await screen.findByText('ask')).closest('[role=menuitem]') as HTMLElement;
  item.focus();
  fireEvent.click(item);
  await screen.findByText('No');
  press('No');
  await waitFor(() => expect(document.activeElement?.textContent).toBe('more'));
});
