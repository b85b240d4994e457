import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../api/client';
import { isOwnExport } from './ownExports';
import { useLanguage } from './useFormat';

/** What an ended job may have changed: everything but who is logged in. */
const STAYS = new Set(['/api/v1/auth/me']);
const ENDED = new Set(['done', 'dead', 'cancelled']);

/** Follows the stream of jobs: keeps their progress fresh everywhere, says when one ended. Gives how many are under way. */
export function useLiveJobs(): number {
  const client = useQueryClient();
  const { message } = App.useApp();
  const { t, i18n } = useTranslation();
  const { say } = useLanguage();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const me = api.useQuery('get', '/api/v1/auth/me', {}, { staleTime: 300_000 }).data?.user.name;
  const told = useRef(new Set<string>());
  const tell = useRef((_: Api['Job']) => {});
  useEffect(() => {
    tell.current = (job) => {
      if (isOwnExport(job)) return;
      // What nobody began, or somebody else did, is in the list of jobs.
      if (job.state === 'done' && job.by === me) void message.success(t('jobs.ended.done', { what: say(job.label) }));
      if (job.state === 'dead') void message.error(t('jobs.ended.dead', { what: say(job.label) }));
    };
  });

  useEffect(() => {
    const stream = new EventSource(`/api/v1/jobs/events?lang=${i18n.language}`);
    stream.addEventListener('job', (event: MessageEvent<string>) => {
      const job = JSON.parse(event.data) as Api['Job'];
      const key = api.queryOptions('get', '/api/v1/jobs/{id}', { params: { path: { id: job.id } } }).queryKey;
      client.setQueryData(key, job);
      const ended = ENDED.has(job.state);
      setOpen((old) => {
        if (old.has(job.id) !== ended) return old;
        const next = new Set(old);
        if (ended) next.delete(job.id);
        else next.add(job.id);
        return next;
      });
      if (!ended) told.current.delete(job.id);
      // The stream begins with what is under way: an end is always news, also of a job too quick to be seen running.
      else if (!told.current.has(job.id)) {
        told.current.add(job.id);
        tell.current(job);
        void client.invalidateQueries({ predicate: (query) => !STAYS.has(String(query.queryKey[1])) });
      }
    });
    return () => stream.close();
  }, [client, i18n.language]);
  return open.size;
}
