import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { to } from '../../paths';
import { ListTable } from '../../table/ListTable';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';

/** The runs made so far. */
export function RunsTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const query = api.useInfiniteQuery('get', '/api/v1/segments/runs', { params: { query: { limit: 50 } } }, paging);
  const rows = rowsOf(query.data);
  // Lists show where customers are now, which is what the last run said.
  const opens = (run: Api['RunRow'], count: number, filter?: string[]) =>
    run.id === rows[0]?.id ? <Link to={to.customers({ filter })}>{format.int(count)}</Link> : format.int(count);
  return (
    <Panel flush title={t('runs.title')} lead={t('runs.lead')}>
      <ListTable
        label={t('runs.title')}
        query={query}
        rows={rows}
        total={query.data?.pages[0]?.total}
        rowKey="id"
        empty={<Nothing title={t('segments.none')} hint={t('segments.none_hint')} />}
        columns={[
          { key: 'id', title: t('runs.run'), dataIndex: 'id' },
          { key: 'as_of', title: t('runs.as_of'), render: (_, r) => format.day(r.as_of) },
          { key: 'made', title: t('runs.made'), render: (_, r) => format.time(r.made_at) },
          { key: 'by', title: t('runs.by'), dataIndex: 'made_by' },
          { key: 'window', title: t('runs.window'), render: (_, r) => (r.window === 'all' ? t('runs.all') : r.window) },
          { key: 'customers', title: t('place.customers'), align: 'right', render: (_, r) => opens(r, r.customers) },
          {
            key: 'buyers',
            title: t('runs.buyers'),
            align: 'right',
            render: (_, r) => opens(r, r.buyers, ['frequency:ge:1']),
          },
        ]}
      />
    </Panel>
  );
}
