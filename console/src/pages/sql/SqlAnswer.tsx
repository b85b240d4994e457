import { DownloadOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { LinkTabs } from '../../ui/LinkTabs';
import { Menu } from '../../ui/Menu';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { ResultTable } from '../data/ResultTable';
import { useExport } from '../jobs/useExport';
import { AnswerChart } from './AnswerChart';
import type { useChart } from './useChart';

/** More rows than these are put on the page on request. */
const STEP = 500;
const FORMATS = ['xlsx', 'csv', 'jsonl'] as const;

interface Props {
  sql?: string;
  result?: Api['SqlResult'];
  running: boolean;
  stopped?: boolean;
  chart: ReturnType<typeof useChart>;
}

/** The answer as a table and as a chart. */
export function SqlAnswer({ sql, result, running, stopped, chart }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (running)
    return (
      <Panel title={t('sql.running')}>
        <Skeleton active title={false} paragraph={{ rows: 6 }} />
      </Panel>
    );
  if (!result)
    return (
      <Panel>
        <Nothing title={t(stopped ? 'sql.stopped' : 'sql.none')} hint={t('sql.none_hint')} />
      </Panel>
    );
  return (
    <Panel
      title={t('sql.answer')}
      lead={t(result.truncated ? 'sql.took_cut' : 'sql.took', {
        count: result.row_count,
        rows: format.int(result.row_count),
        ms: format.int(result.took_ms),
      })}
      extra={sql && <ExportAnswer sql={sql} />}
    >
      <LinkTabs
        replace
        label={t('sql.answer')}
        active={chart.shown.view}
        items={[
          { key: 'table', label: t('sql.table'), to: chart.link('table') },
          { key: 'chart', label: t('sql.chart'), to: chart.link('chart') },
        ]}
      />
      {chart.shown.view === 'table' ? <Rows result={result} /> : <AnswerChart result={result} chart={chart} />}
    </Panel>
  );
}

function Rows({ result }: { result: Api['SqlResult'] }) {
  const { t } = useTranslation();
  const [more, setMore] = useState({ result, shown: STEP });
  const shown = more.result === result ? more.shown : STEP;
  return (
    <ResultTable
      query={{
        error: undefined,
        isPending: false,
        isFetching: false,
        refetch: () => {},
        hasNextPage: result.rows.length > shown,
        fetchNextPage: () => setMore({ result, shown: shown + STEP }),
      }}
      columns={result.columns}
      rows={result.rows.slice(0, shown)}
      total={{ value: result.row_count, exact: !result.truncated }}
      empty={<Nothing title={t('sql.no_rows')} hint={t('sql.no_rows_hint')} />}
    />
  );
}

function ExportAnswer({ sql }: { sql: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const make = api.useMutation('post', '/api/v1/sql/exports');
  const { start, busy } = useExport();
  if (!may('customers.export')) return null;
  const items = FORMATS.map((format) => ({
    key: format,
    label: t(`customers.export.${format}`),
    onClick: () => start(() => make.mutateAsync({ body: { sql, format } })),
  }));
  return (
    <Menu menu={{ items }}>
      <Button icon={<DownloadOutlined />} loading={busy}>
        {t('customers.export.title')}
      </Button>
    </Menu>
  );
}
