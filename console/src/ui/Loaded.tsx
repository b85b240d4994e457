import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Trouble } from './Trouble';

interface Query<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

interface Props<T> {
  query: Query<T>;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}

/** A skeleton while data is on its way, what went wrong if it does not come, else the data. */
export function Loaded<T>({ query, skeleton, children }: Props<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Trouble error={query.error} retry={() => void query.refetch()} />;
  return (
    <div aria-busy="true" aria-live="polite">
      {skeleton ?? <Skeleton active paragraph={{ rows: 6 }} title={false} />}
    </div>
  );
}
