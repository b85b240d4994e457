/** How lists go on: the server gives a cursor with each page. */
export const paging = {
  pageParamName: 'cursor',
  // Not undefined: the client library would send 0 for it.
  initialPageParam: null,
  getNextPageParam: (page: { next?: string | null }) => page.next ?? undefined,
};

interface Pages<P> {
  pages: P[];
}

/** The rows of all pages read so far. */
export function rowsOf<T>(data: Pages<{ items: T[] }> | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
