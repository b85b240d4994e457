import { useEffect, useState } from 'react';

/** What was pressed on the page itself, the last time something was opened in front of it. */
let opener: Element | null = null;

/**
 * For what is shown in front of the page and taken away whole: the focus goes back to where it was before. When that is gone, for
 * one dialog took the place of another, it goes to what opened the first.
 */
export function useReturnFocus() {
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    if (!before?.closest('[role=dialog]')) opener = before;
    const first = opener;
    return () => {
      const back = [before, first].find((one) => one?.isConnected);
      if (back instanceof HTMLElement) back.focus();
    };
  }, [before]);
}
