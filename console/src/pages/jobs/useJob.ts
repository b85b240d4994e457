import { api, type Api } from '../../api/client';

/** States from which a job goes on. */
export const OPEN: ReadonlySet<string> = new Set(['queued', 'running']);

/** A job. The stream keeps it fresh; asking now and then covers for a stream that broke. */
export function useJob(id: string) {
  return api.useQuery(
    'get',
    '/api/v1/jobs/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (state.data && OPEN.has(state.data.state) ? 3000 : false) },
  );
}

export function percentOf({ state, done, total }: Api['Job']): number {
  if (total > 0) return Math.floor((done / total) * 100);
  return state === 'done' ? 100 : 0;
}
