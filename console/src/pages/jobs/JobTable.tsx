import { DownloadOutlined, RedoOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useQueryClient } from '@tanstack/react-query';
import { api, type Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useNarrow } from '../../hooks/useNarrow';
import { useMay } from '../../hooks/useMe';
import { useNow } from '../../hooks/useNow';
import { files, to } from '../../paths';
import { ListTable } from '../../table/ListTable';
import { StateTag } from '../../ui/StateTag';
import { Trouble } from '../../ui/Trouble';
import { useReport } from '../../ui/useReport';
import { JobProgress } from './JobProgress';

type Job = Api['Job'];
type Rest = Pick<ComponentProps<typeof ListTable<Job>>, 'query' | 'rows' | 'total' | 'empty'>;

const OPEN = new Set(['queued', 'running']);

/** Jobs with what they are doing, and what can be done about them. */
export function JobTable(rest: Rest) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const narrow = useNarrow();
  const now = useNow();
  return (
    <ListTable<Job>
      {...rest}
      label={t('jobs.title')}
      rowKey="id"
      expandable={{
        columnTitle: <span className="gx-hidden">{t('jobs.why')}</span>,
        rowExpandable: (job) => !!job.problem,
        expandedRowRender: (job) => <Trouble error={job.problem} />,
      }}
      columns={[
        {
          key: 'label',
          title: t('jobs.job'),
          width: narrow ? 170 : 320,
          render: (_, job) => (
            <>
              <strong>{say(job.label)}</strong>
              <div className="gx-faint gx-small">
                {job.id} · {job.by}
                {job.attempts > 1 && ` · ${t('jobs.attempt', { at: job.attempts, of: job.max_attempts })}`}
              </div>
            </>
          ),
        },
        {
          key: 'state',
          title: t('jobs.state'),
          width: 280,
          render: (_, job) =>
            OPEN.has(job.state) ? (
              <JobProgress id={job.id} />
            ) : (
              <StateTag state={job.state} label={t(`jobs.states.${job.state}`)} />
            ),
        },
        {
          key: 'created',
          title: t('jobs.created'),
          render: (_, job) => <span title={format.time(job.created_at)}>{format.ago(job.created_at, now)}</span>,
        },
        { key: 'took', title: t('jobs.took'), align: 'right', render: (_, job) => <Took job={job} /> },
        { key: 'actions', title: t('common.actions'), render: (_, job) => <JobActions job={job} /> },
      ]}
    />
  );
}

function Took({ job }: { job: Job }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!job.started_at || !job.ended_at) return '–';
  const seconds = (Date.parse(job.ended_at) - Date.parse(job.started_at)) / 1000;
  return seconds < 90
    ? t('jobs.seconds', { value: format.decimal(seconds) })
    : t('jobs.minutes', { value: format.decimal(seconds / 60) });
}

function JobActions({ job }: { job: Job }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const retry = api.useMutation('post', '/api/v1/jobs/{id}/retry', {
    onSuccess: () => client.invalidateQueries(),
    onError: useReport(),
  });
  return (
    <span className="gx-actions">
      {job.file && job.state === 'done' && (
        <Button size="small" icon={<DownloadOutlined />} href={files.ofJob(job.id)} download={job.file}>
          {t('jobs.download')}
        </Button>
      )}
      {job.state === 'dead' && may('jobs.cancel') && (
        <Button
          size="small"
          icon={<RedoOutlined />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ params: { path: { id: job.id } } })}
        >
          {t('jobs.retry')}
        </Button>
      )}
      {job.object?.startsWith('imp_') && may('import.read') && (
        <Link to={to.import(job.object)}>{t('jobs.open_import')}</Link>
      )}
      {job.object?.startsWith('run_') && may('segments.read') && (
        <Link to={to.segments()}>{t('jobs.open_segments')}</Link>
      )}
    </span>
  );
}
