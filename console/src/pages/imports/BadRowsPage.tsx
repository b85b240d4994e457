import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { api, type Api } from '../../api/client';
import { useDebounced } from '../../hooks/useDebounced';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useLeave } from '../../hooks/useLeave';
import { useMay } from '../../hooks/useMe';
import { useUrl } from '../../hooks/useUrl';
import { files, to } from '../../paths';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Trouble } from '../../ui/Trouble';
import { BadRowTable } from './BadRowTable';

/** Rows that could not be taken: read, mended in place, imported. */
export function BadRowsPage() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const { get } = useUrl();
  const reason = get('reason');
  const params = { path: { id }, query: { reason, limit: 100 } };
  const query = api.useInfiniteQuery('get', '/api/v1/imports/{id}/bad-rows', { params }, paging);
  const [edited, setEdited] = useState<ReadonlyMap<number, string[]>>(new Map());
  const mend = api.useMutation('post', '/api/v1/imports/{id}/bad-rows/mend');
  const first = query.data?.pages[0];
  const only = useReason(id, reason);
  const { check, current } = useCheck(id, edited, mend.isPending || mend.isSuccess);
  // What is still bad stays here, and holds nobody up.
  const bad = new Set(check?.rows.filter((row) => row.bad).map((row) => row.row));
  const ready = [...edited].filter(([row]) => !bad.has(row));

  const send = async () => {
    const rows = ready.map(([row, cells]) => ({ row, cells }));
    await mend.mutateAsync({ params: { path: { id } }, body: { rows, dry_run: false } });
  };
  useLeave(edited.size > 0 && !mend.isSuccess);
  const started = mend.data?.started?.import;
  useEffect(() => {
    if (started) void navigate(to.import(started));
  }, [started, navigate]);
  return (
    <Page
      title={t('bad.title')}
      back={{ to: to.import(id), label: id }}
      lead={t('bad.lead')}
      actions={
        first?.total.value !== 0 && (
          <Button icon={<DownloadOutlined />} href={files.badRows(id, i18n.language)}>
            {t('bad.download')}
          </Button>
        )
      }
    >
      {reason && (
        <Alert
          type="info"
          title={t('bad.only', { reason: only })}
          action={<Link to={to.badRows(id)}>{t('bad.all')}</Link>}
        />
      )}
      {mend.error ? <Trouble error={mend.error} /> : null}
      <Panel flush>
        <BadRowTable
          query={query}
          columns={first?.columns ?? []}
          rows={rowsOf(query.data)}
          total={first?.total}
          edited={edited}
          check={check}
          onEdit={(row, cells) => setEdited((old) => new Map(old).set(row, cells))}
          empty={<Nothing title={t('bad.none')} hint={t('bad.none_hint')} />}
        />
      </Panel>
      {may('import.run') && edited.size > 0 && (
        <div className="gx-bar-bottom" role="status">
          <span>
            {t('bad.edited', { count: edited.size, value: format.int(edited.size) })}
            {bad.size > 0 && ` · ${t('bad.still', { count: bad.size, value: format.int(bad.size) })}`}
          </span>
          <Button onClick={() => setEdited(new Map())}>{t('bad.discard')}</Button>
          <Button
            type="primary"
            loading={mend.isPending}
            disabled={ready.length === 0 || !current}
            onClick={() => void send().catch(() => undefined)}
          >
            {t('bad.submit')}
          </Button>
        </div>
      )}
    </Page>
  );
}

/** What a reason is called, by the report of the import. */
function useReason(id: string, reason: string | undefined): string | undefined {
  const { say } = useLanguage();
  const query = api.useQuery('get', '/api/v1/imports/{id}', { params: { path: { id } } }, { enabled: !!reason });
  const label = query.data?.report?.bad_by_reason.find((one) => one.reason === reason)?.label;
  return label ? say(label) : reason;
}

/** What the server says about the mended rows, without importing them; nothing more once they were handed in. */
function useCheck(
  id: string,
  edited: ReadonlyMap<number, string[]>,
  sent: boolean,
): { check: Api['MendResult'] | undefined; current: boolean } {
  const settled = useDebounced(edited, 400);
  const rows = [...settled].map(([row, cells]) => ({ row, cells }));
  const query = api.useQuery(
    'post',
    '/api/v1/imports/{id}/bad-rows/mend',
    { params: { path: { id } }, body: { rows, dry_run: true } },
    { enabled: rows.length > 0 && !sent, retry: false },
  );
  return { check: query.data, current: settled === edited && !query.isFetching };
}
