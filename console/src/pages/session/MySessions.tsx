import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useNow } from '../../hooks/useNow';
import { PlainTable } from '../../table/PlainTable';
import { Loaded } from '../../ui/Loaded';
import { Panel } from '../../ui/Panel';
import { useReport } from '../../ui/useReport';
import { deviceOf } from './device';

/** Where one is logged in. */
export function MySessions() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const client = useQueryClient();
  const { modal } = App.useApp();
  const after = {
    onSettled: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/auth/sessions'] }),
    onError: useReport(),
  };
  const query = api.useQuery('get', '/api/v1/auth/sessions');
  const end = api.useMutation('delete', '/api/v1/auth/sessions/{id}', after);
  const others = api.useMutation('delete', '/api/v1/auth/sessions', after);
  const askOthers = () =>
    void modal.confirm({
      title: t('sessions.end_others_ask'),
      content: t('sessions.end_others_lead'),
      okText: t('sessions.end_others'),
      okButtonProps: { danger: true },
      onOk: () => others.mutateAsync({}).catch(() => undefined),
    });
  return (
    <Panel
      flush
      title={t('sessions.title')}
      lead={t('sessions.lead')}
      extra={
        (query.data?.items.length ?? 0) > 1 && (
          <Button loading={others.isPending} onClick={askOthers}>
            {t('sessions.end_others')}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {({ items }) => (
          <PlainTable<Api['Session']>
            label={t('sessions.title')}
            rowKey="id"
            dataSource={items}
            columns={[
              {
                key: 'device',
                title: t('sessions.device'),
                render: (_, one) => (
                  <span title={one.device}>
                    {deviceOf(one.device)} {one.current && <Tag color="green">{t('sessions.this')}</Tag>}
                  </span>
                ),
              },
              { key: 'ip', title: t('audit.ip'), render: (_, one) => <code>{one.ip}</code> },
              { key: 'created', title: t('sessions.since'), render: (_, one) => format.time(one.created_at) },
              { key: 'seen', title: t('users.seen'), render: (_, one) => format.ago(one.seen_at, now) },
              {
                key: 'end',
                title: t('common.actions'),
                render: (_, one) =>
                  !one.current && (
                    <Button size="small" onClick={() => end.mutate({ params: { path: { id: one.id } } })}>
                      {t('sessions.end')}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  );
}
