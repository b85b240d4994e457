import { SaveOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { TableSkeleton } from '../../table/ListTable';
import { PlainTable } from '../../table/PlainTable';
import { Copy } from '../../ui/Copy';
import { Loaded } from '../../ui/Loaded';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { useReport } from '../../ui/useReport';

/** Back-ups: make, check, know how to get them back. */
export function BackupsSection() {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const report = useReport();
  const client = useQueryClient();
  const query = api.useQuery('get', '/api/v1/backups');
  const after = {
    onSuccess: () => {
      void message.info(t('backups.begun'));
      void client.invalidateQueries({ queryKey: ['get', '/api/v1/backups'] });
    },
    onError: report,
  };
  const make = api.useMutation('post', '/api/v1/backups', after);
  const verify = api.useMutation('post', '/api/v1/backups/{id}/verify', after);
  const button = (
    <Button type="primary" icon={<SaveOutlined />} loading={make.isPending} onClick={() => make.mutate({ body: {} })}>
      {t('backups.make')}
    </Button>
  );
  return (
    <Panel
      flush
      title={t('backups.title')}
      lead={t('backups.lead', { folder: query.data?.folder ?? '…' })}
      extra={button}
    >
      <Loaded query={query} skeleton={<TableSkeleton />}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t('backups.none')} hint={t('backups.none_hint')} />
          ) : (
            <PlainTable<Api['Backup']>
              label={t('backups.title')}
              rowKey="id"
              dataSource={items}
              columns={[
                { key: 'made', title: t('backups.made'), render: (_, one) => format.time(one.made_at) },
                { key: 'by', title: t('backups.by'), dataIndex: 'by' },
                { key: 'rows', title: t('data.rows'), align: 'right', render: (_, one) => format.int(one.rows) },
                { key: 'files', title: t('data.files'), align: 'right', render: (_, one) => format.int(one.files) },
                { key: 'bytes', title: t('data.size'), align: 'right', render: (_, one) => format.bytes(one.bytes) },
                { key: 'version', title: t('backups.version'), dataIndex: 'version' },
                {
                  key: 'verified',
                  title: t('backups.verified'),
                  render: (_, one) =>
                    one.verified ? (
                      <Tag color="green">{t('backups.good')}</Tag>
                    ) : (
                      <Button size="small" onClick={() => verify.mutate({ params: { path: { id: one.id } } })}>
                        {t('backups.verify')}
                      </Button>
                    ),
                },
                {
                  key: 'restore',
                  title: t('backups.restore'),
                  render: (_, one) => (
                    <Copy text={`guanxi restore ${one.path} NEW-FOLDER`} label={t('backups.copy_command')} />
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
