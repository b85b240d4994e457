import { Empty } from 'antd';
import type { ReactNode } from 'react';

/** An empty state: says what is missing and what to do about it. */
export function Nothing({ title, hint, action }: { title: string; hint?: ReactNode; action?: ReactNode }) {
  return (
    <Empty
      className="gx-nothing"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <strong>{title}</strong>
          {hint && <div className="gx-soft">{hint}</div>}
        </>
      }
    >
      {action}
    </Empty>
  );
}
