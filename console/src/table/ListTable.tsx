import { Button, Skeleton, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../api/client';
import { useFormat } from '../hooks/useFormat';
import { PlainTable } from './PlainTable';
import { Trouble } from '../ui/Trouble';

interface Query {
  error: unknown;
  isPending: boolean;
  isFetching: boolean;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
  refetch: () => unknown;
}

interface Props<T> extends Omit<TableProps<T>, 'dataSource' | 'loading' | 'pagination'> {
  query: Query;
  rows: T[];
  total?: Api['Total'];
  empty: ReactNode;
  label: string;
}

/** The one table: rows from the server, more on request, skeletons while they come. */
export function ListTable<T extends object>({ query, rows, total, empty, label, ...rest }: Props<T>) {
  const { t } = useTranslation();
  const format = useFormat();
  if (query.error && rows.length === 0)
    return (
      <div className="gx-inset">
        <Trouble error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <TableSkeleton />;
  if (rows.length === 0) return <>{empty}</>;
  return (
    <>
      <PlainTable<T> {...rest} label={label} busy={query.isFetching} dataSource={rows} pagination={false} />
      <div className="gx-more" aria-live="polite">
        {query.hasNextPage && (
          <Button onClick={() => void query.fetchNextPage?.()} loading={query.isFetchingNextPage}>
            {t('table.more')}
          </Button>
        )}
        <span>
          {total
            ? t(total.exact ? 'table.shown' : 'table.shown_at_least', {
                shown: format.int(rows.length),
                total: format.int(total.value),
              })
            : t('table.shown_only', { count: rows.length, value: format.int(rows.length) })}
        </span>
      </div>
      {query.error ? (
        <div className="gx-inset">
          <Trouble error={query.error} retry={() => void query.fetchNextPage?.()} />
        </div>
      ) : null}
    </>
  );
}

export function TableSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className="gx-inset" aria-busy="true">
      <Skeleton active title={false} paragraph={{ rows, width: '100%' }} />
    </div>
  );
}
