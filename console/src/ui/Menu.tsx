import { Dropdown, type DropdownProps, type MenuProps } from 'antd';
import { useRef } from 'react';

type Item = NonNullable<MenuProps['items']>[number];

/** A menu that takes the focus when it opens and gives it back when it closes, so that it can be used by keyboard. */
export function Menu({ menu, ...props }: DropdownProps) {
  const opener = useRef<Element>(null);
  const giveBack = () => {
    const at = document.activeElement;
    const nowhere = at === document.body || at?.closest('[role=menu]');
    if (nowhere && opener.current instanceof HTMLElement) opener.current.focus();
  };
  const onOpenChange = (open: boolean) => {
    if (open) opener.current = document.activeElement;
    // Not at once: the Enter that chose would press the button that gets the focus.
    else setTimeout(giveBack);
  };
  /** What is opened by an item gives the focus back to the button in its turn, for the item is gone by then. */
  const later = (item: Item): Item => {
    if (!item || !('onClick' in item) || !item.onClick) return item;
    const { onClick } = item;
    return {
      ...item,
      onClick: (info) =>
        setTimeout(() => {
          giveBack();
          onClick(info);
        }),
    };
  };
  const items = menu?.items?.map(later);
  return <Dropdown autoFocus trigger={['click']} {...props} menu={{ ...menu, items }} onOpenChange={onOpenChange} />;
}
