import { DownloadOutlined, RedoOutlined } from '@ant-design/icons';
import { Button, type TableProps } from 'antd';
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
import { OPEN } from './useJob';

type Job = Api['Job'];
type Rest = Pick<ComponentProps<typeof ListTable<Job>>, 'query' | 'rows' | 'total' | 'empty'>;

/** Jobs with what they are about, what they are doing, and what can be done about them. */
export function JobTable(rest: Rest) {
  const { t } = useTranslation();
  const format = useFormat();
  // On a telephone all that matters stands in the first cell.
  const narrow = useNarrow();
  const now = useNow();
  const fileOf = useImportFiles(rest.rows);
  const columns: TableProps<Job>['columns'] = [
    {
      key: 'label',
      title: t('jobs.job'),
      width: narrow ? 240 : 360,
      render: (_, job) => (
        <>
          <What job={job} fileOf={fileOf} />
          {narrow && (
            <div className="gx-job-below">
              <State job={job} />
              <JobActions job={job} />
            </div>
          )}
        </>
      ),
    },
    {
      key: 'created',
      title: t('jobs.created'),
      render: (_, job) => <span title={format.time(job.created_at)}>{format.ago(job.created_at, now)}</span>,
    },
    { key: 'took', title: t('jobs.took'), align: 'right', render: (_, job) => <Took job={job} /> },
  ];
  if (!narrow) {
    columns.splice(1, 0, { key: 'state', title: t('jobs.state'), width: 280, render: (_, job) => <State job={job} /> });
    columns.push({ key: 'actions', title: t('common.actions'), render: (_, job) => <JobActions job={job} /> });
  }
  return (
    <ListTable<Job>
      {...rest}
      label={t('jobs.title')}
      rowKey="id"
      columns={columns}
      // A column of its own only where something failed.
      expandable={
        rest.rows.some((job) => job.problem)
          ? {
              columnTitle: <span className="gx-hidden">{t('jobs.why')}</span>,
              rowExpandable: (job) => !!job.problem,
              expandedRowRender: (job) => <Trouble error={job.problem} />,
            }
          : undefined
      }
    />
  );
}

/** The names of the files of imports that jobs are about. */
function useImportFiles(jobs: Job[]): (id: string) => string {
  const may = useMay();
  const enabled = may('import.read') && jobs.some((job) => job.object?.startsWith('imp_'));
  const params = { query: { limit: 200 } };
  const imports = api.useQuery('get', '/api/v1/imports', { params }, { enabled }).data?.items;
  return (id) => imports?.find((one) => one.id === id)?.file ?? id;
}

/** What kind of work on what, by whom. */
function What({ job, fileOf }: { job: Job; fileOf: (id: string) => string }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const may = useMay();
  const { object, file } = job;
  const about = () => {
    if (object?.startsWith('imp_'))
      return may('import.read') ? <Link to={to.import(object)}>{fileOf(object)}</Link> : object;
    if (object?.startsWith('run_') && may('segments.read'))
      return <Link to={to.segments()}>{t('jobs.open_segments')}</Link>;
    return file ?? object;
  };
  return (
    <>
      <strong>{say(job.label)}</strong>
      <div className="gx-job-about">{about()}</div>
      <div className="gx-faint gx-small">
        {job.id} · {job.by}
        {job.attempts > 1 && ` · ${t('jobs.attempt', { at: job.attempts, of: job.max_attempts })}`}
      </div>
    </>
  );
}

function State({ job }: { job: Job }) {
  const { t } = useTranslation();
  if (OPEN.has(job.state)) return <JobProgress id={job.id} />;
  return <StateTag state={job.state} label={t(`jobs.states.${job.state}`)} />;
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
    </span>
  );
}
