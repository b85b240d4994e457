import { useId, type ReactNode } from 'react';

interface Props {
  title?: ReactNode;
  /** What it shows, in one line. */
  lead?: ReactNode;
  extra?: ReactNode;
  /** Without inner space, for tables. */
  flush?: boolean;
  children: ReactNode;
}

/** A card with a heading: the one shape of a part of a page. */
export function Panel({ title, lead, extra, flush, children }: Props) {
  const id = useId();
  return (
    <section className={flush ? 'gx-panel gx-flush' : 'gx-panel'} aria-labelledby={title ? id : undefined}>
      {(title || extra) && (
        <div className="gx-panel-head">
          <div>
            {title && <h2 id={id}>{title}</h2>}
            {lead && <p className="gx-soft">{lead}</p>}
          </div>
          {extra && <div className="gx-actions">{extra}</div>}
        </div>
      )}
      {children}
    </section>
  );
}
