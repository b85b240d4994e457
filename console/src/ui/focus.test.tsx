import { fireEvent, screen, waitFor } from '@testing-library/react';
import { App, Button } from 'antd';
import { expect, test } from 'vitest';
import { show } from '../testing/render';
import { Menu } from './Menu';

const press = (name: string) => {
  const button = screen.getByText(name).closest('button') as HTMLElement;
  button.focus();
  fireEvent.click(button);
};

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
