import { ImportOutlined, TableOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { to } from '../../paths';
import { ListTable } from '../../table/ListTable';
import { paging, rowsOf } from '../../table/paging';
import { NothingYet } from '../../ui/NothingYet';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { StateTag } from '../../ui/StateTag';
import { SavedMappings } from './SavedMappings';
import { SetAside } from './SetAside';

/** All imports, newest first. */
export function ImportsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const [mappings, setMappings] = useState(false);
  const query = api.useInfiniteQuery('get', '/api/v1/imports', { params: { query: { limit: 50 } } }, paging);
  const start = may('import.run') && (
    <Link to={to.importNew()}>
      <Button type="primary" icon={<ImportOutlined />}>
        {t('imports.new')}
      </Button>
    </Link>
  );
  return (
    <Page
      title={t('imports.title')}
      lead={t('imports.lead')}
      actions={
        <>
          <Button icon={<TableOutlined />} onClick={() => setMappings(true)}>
            {t('mappings.title')}
          </Button>
          {start}
        </>
      }
    >
      <SetAside />
      <Panel flush>
        <ListTable
          label={t('imports.title')}
          query={query}
          rows={rowsOf(query.data)}
          total={query.data?.pages[0]?.total}
          rowKey="id"
          empty={<NothingYet />}
          columns={[
            {
              key: 'file',
              title: t('imports.file'),
              render: (_, one) => (
                <>
                  <Link className="gx-table-link" to={to.import(one.id)}>
                    {one.file}
                  </Link>
                  <div className="gx-faint gx-small">
                    {one.id} · {format.bytes(one.size)}
                  </div>
                </>
              ),
            },
            { key: 'kind', title: t('imports.kind'), render: (_, one) => t(`imports.kinds.${one.kind}`) },
            {
              key: 'state',
              title: t('imports.state'),
              render: (_, one) => <StateTag state={one.state} label={t(`imports.states.${one.state}`)} />,
            },
            {
              key: 'rows',
              title: t('imports.rows'),
              align: 'right',
              render: (_, one) => format.int(one.report?.rows),
            },
            {
              key: 'bad',
              title: t('imports.bad'),
              align: 'right',
              render: (_, one) =>
                one.report?.bad_rows ? (
                  <Link to={to.badRows(one.id)}>{format.int(one.report.bad_rows)}</Link>
                ) : (
                  format.int(one.report?.bad_rows)
                ),
            },
            { key: 'started', title: t('imports.started'), render: (_, one) => format.time(one.started_at) },
            { key: 'by', title: t('imports.by'), render: (_, one) => one.by || t('imports.by_command') },
          ]}
        />
      </Panel>
      {mappings && <SavedMappings onClose={() => setMappings(false)} />}
    </Page>
  );
}
