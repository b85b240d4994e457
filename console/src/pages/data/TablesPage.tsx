import { Table as AntTable, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useNarrow } from '../../hooks/useNarrow';
import { useNow } from '../../hooks/useNow';
import { to } from '../../paths';
import { TableSkeleton } from '../../table/ListTable';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { DataTabs } from './DataTabs';

/** What there is, how much, how fresh. */
export function TablesPage() {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const narrow = useNarrow();
  const now = useNow();
  const query = api.useQuery('get', '/api/v1/tables');
  return (
    <Page title={t('data.title')} lead={t('data.lead')}>
      <DataTabs active="tables" />
      <Panel flush>
        <Loaded query={query} skeleton={<TableSkeleton />}>
          {(tables) => (
            <AntTable<Api['Table']>
              size="middle"
              rowKey="name"
              dataSource={tables}
              pagination={false}
              scroll={{ x: 'max-content' }}
              columns={[
                {
                  key: 'name',
                  title: t('data.table'),
                  width: narrow ? 170 : 340,
                  render: (_, one) => (
                    <>
                      <Link className="gx-table-link" to={to.table(one.name)}>
                        {say(one.label)}
                      </Link>{' '}
                      <code className="gx-faint">{one.name}</code>
                      <div className="gx-soft gx-small">{say(one.description)}</div>
                    </>
                  ),
                },
                {
                  key: 'store',
                  title: t('data.store'),
                  render: (_, one) => <Tag>{t(`data.stores.${one.store}`)}</Tag>,
                },
                {
                  key: 'rows',
                  title: t('data.rows'),
                  align: 'right',
                  render: (_, one) => <Link to={to.table(one.name, 'rows')}>{format.int(one.rows)}</Link>,
                },
                { key: 'columns', title: t('data.columns'), align: 'right', render: (_, one) => one.columns.length },
                {
                  key: 'bytes',
                  title: t('data.size'),
                  align: 'right',
                  render: (_, one) => (one.bytes > 0 ? format.bytes(one.bytes) : '–'),
                },
                {
                  key: 'span',
                  title: t('data.span'),
                  render: (_, one) => (one.from ? `${format.date(one.from)} – ${format.date(one.to)}` : '–'),
                },
                {
                  key: 'fresh',
                  title: t('data.updated'),
                  render: (_, one) =>
                    one.updated_at ? (
                      <span title={format.time(one.updated_at)}>{format.ago(one.updated_at, now)}</span>
                    ) : (
                      '–'
                    ),
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
