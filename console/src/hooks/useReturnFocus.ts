import { useEffect, useState } from 'react';

/** For what is shown in front of the page and taken away whole: the focus goes back to where it was before. */
export function useReturnFocus() {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    },
    [before],
  );
}
