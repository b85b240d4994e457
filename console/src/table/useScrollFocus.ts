import { useEffect, useRef } from 'react';

/** Lets a table that is wider than its place be scrolled by keyboard, also when nothing in it takes the focus. */
export function useScrollFocus<T extends HTMLElement>() {
  const box = useRef<T>(null);
  useEffect(() => {
    box.current?.querySelector('.ant-table-content, .ant-table-body')?.setAttribute('tabindex', '0');
  });
  return box;
}
