import { api } from '../../api/client';
import { paging } from '../../table/paging';

/** Rows of a table or behind a check: columns and values, page by page. */
export function useResultPages(path: '/api/v1/tables/{name}/rows' | '/api/v1/quality/{name}/rows', name: string) {
  const query = api.useInfiniteQuery('get', path, { params: { path: { name }, query: { limit: 100 } } }, paging);
  const first = query.data?.pages[0];
  return {
    query,
    columns: first?.columns ?? [],
    rows: query.data?.pages.flatMap((page) => page.rows) ?? [],
    total: first?.total,
  };
}
