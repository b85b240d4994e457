import { Skeleton } from 'antd';

/** What is seen while the first page is loaded. */
export function FirstLoad() {
  return (
    <div className="gx-first" aria-busy="true">
      <Skeleton active paragraph={{ rows: 8 }} />
    </div>
  );
}
