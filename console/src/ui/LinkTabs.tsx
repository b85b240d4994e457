import { useEffect, useRef } from 'react';
import { Link, type To } from 'react-router';

interface Props {
  label: string;
  items: { key: string; label: string; to: To }[];
  active: string;
  /** One below the other, at the side of what they show. */
  upright?: boolean;
  /** The address changes without a new entry in the history. */
  replace?: boolean;
}

/** Tabs that are addresses: they can be kept, sent and opened beside. */
export function LinkTabs({ label, items, active, upright, replace }: Props) {
  const here = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // Not scrollIntoView, which moves the page as well.
    const [tab, all] = [here.current, here.current?.parentElement];
    if (tab && all) all.scrollLeft = tab.offsetLeft - all.offsetLeft - (all.clientWidth - tab.clientWidth) / 2;
  }, [active]);
  return (
    <nav className={upright ? 'gx-tabs gx-upright' : 'gx-tabs'} aria-label={label}>
      {items.map((item) => (
        <Link
          key={item.key}
          ref={item.key === active ? here : undefined}
          to={item.to}
          replace={replace}
          preventScrollReset
          aria-current={item.key === active ? 'page' : undefined}
        >
          {item.label}
        </Link>
      ))}
    </nav>
  );
}
