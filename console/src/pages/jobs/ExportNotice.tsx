import { DownloadOutlined } from '@ant-design/icons';
import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../hooks/useFormat';
import { files } from '../../paths';
import { useTrouble } from '../../ui/Trouble';
import { percentOf, useJob } from './useJob';

/** How far a file is, then the file. */
export function ExportNotice({ id, onDone }: { id: string; onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const trouble = useTrouble();
  const { data: job, error } = useJob(id);
  const problem = error ?? job?.problem;
  if (problem || job?.state === 'dead' || job?.state === 'cancelled') {
    const { detail, hint } = trouble(problem);
    return (
      <>
        <p className="gx-bad">
          {t(job?.state === 'cancelled' ? 'customers.export.stopped' : 'customers.export.failed')}
        </p>
        {problem ? <p>{detail ?? hint}</p> : null}
      </>
    );
  }
  if (job?.state !== 'done')
    return (
      <>
        <p>
          {t('customers.export.writing')}
          {job && job.total > 0 && ` · ${format.int(job.done)} / ${format.int(job.total)}`}
        </p>
        <Progress
          percent={job ? percentOf(job) : 0}
          status="active"
          showInfo={false}
          aria-label={t('customers.export.writing')}
        />
      </>
    );
  return (
    <>
      <p>
        <strong>{job.file}</strong> {t('customers.export.ready')}
      </p>
      <p className="gx-soft gx-small">{t('customers.export.kept')}</p>
      <Button
        type="primary"
        className="gx-note"
        icon={<DownloadOutlined />}
        href={files.ofJob(id)}
        download={job.file}
        // Not before the browser has begun to fetch it.
        onClick={() => setTimeout(onDone, 1000)}
      >
        {t('jobs.download')}
      </Button>
    </>
  );
}
