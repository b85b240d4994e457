import { Dropdown, type DropdownProps } from 'antd';
import { useRef } from 'react';

/** A menu that takes the focus when it opens and gives it back when it closes, so that it can be used by keyboard. */
export function Menu(props: DropdownProps) {
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
  return <Dropdown autoFocus trigger={['click']} {...props} onOpenChange={onOpenChange} />;
}
