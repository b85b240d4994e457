import { ArrowLeftOutlined } from '@ant-design/icons';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';

interface Props {
  title: string;
  /** Beside the title: a state, a count. */
  mark?: ReactNode;
  /** One line under the title. */
  lead?: ReactNode;
  /** What can be done, at the right. */
  actions?: ReactNode;
  back?: { to: string; label: string };
  children: ReactNode;
}

/** The one shape of a page. */
export function Page({ title, mark, lead, actions, back, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Guanxi`;
  }, [title]);
  return (
    <div className="gx-page">
      {back && (
        <Link className="gx-back" to={back.to}>
          <ArrowLeftOutlined aria-hidden /> {back.label}
        </Link>
      )}
      <header className="gx-page-head">
        <div className="gx-page-title">
          <h1>
            {title}
            {mark && <span className="gx-page-mark">{mark}</span>}
          </h1>
          {lead && <div className="gx-lead">{lead}</div>}
        </div>
        {actions && <div className="gx-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
