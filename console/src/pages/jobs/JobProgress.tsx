import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { Loaded } from '../../ui/Loaded';
import { Trouble } from '../../ui/Trouble';
import { useReport } from '../../ui/useReport';
import { OPEN, percentOf, useJob } from './useJob';

/** How far a job is. */
export function JobProgress({ id }: { id: string }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const may = useMay();
  const query = useJob(id);
  const cancel = api.useMutation('post', '/api/v1/jobs/{id}/cancel', {
    onSuccess: () => query.refetch(),
    onError: useReport(),
  });
  return (
    <Loaded query={query}>
      {(job) => (
        <div className="gx-job" aria-live="polite">
          <Progress
            percent={percentOf(job)}
            status={job.state === 'dead' ? 'exception' : job.state === 'running' ? 'active' : undefined}
            aria-label={say(job.label)}
          />
          <div className="gx-job-foot">
            <span className="gx-faint">
              {job.cancel_asked && OPEN.has(job.state) ? t('jobs.stopping') : say(job.stage)}
              {job.total > 0 && ` · ${format.int(job.done)} / ${format.int(job.total)}`}
            </span>
            {OPEN.has(job.state) && may('jobs.cancel') && (
              <Button
                size="small"
                disabled={job.cancel_asked}
                loading={cancel.isPending}
                onClick={() => cancel.mutate({ params: { path: { id } } })}
              >
                {t('jobs.stop')}
              </Button>
            )}
          </div>
          {job.problem && <Trouble error={job.problem} />}
        </div>
      )}
    </Loaded>
  );
}
