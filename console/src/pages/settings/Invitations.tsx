import { useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { ListTable } from '../../table/ListTable';
import { paging, rowsOf } from '../../table/paging';
import { Panel } from '../../ui/Panel';
import { useReport } from '../../ui/useReport';

/** Who was invited and has not come yet. */
export function Invitations() {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const query = api.useInfiniteQuery('get', '/api/v1/invitations', { params: { query: { limit: 100 } } }, paging);
  const revoke = api.useMutation('delete', '/api/v1/invitations/{id}', {
    onSettled: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/invitations'] }),
    onError: useReport(),
  });
  const open = rowsOf(query.data).filter((one) => !one.accepted_at && !one.revoked_at);
  if (query.data && open.length === 0) return null;
  return (
    <Panel flush title={t('users.invitations')}>
      <ListTable
        label={t('users.invitations')}
        query={query}
        rows={open}
        rowKey="id"
        empty={null}
        columns={[
          { key: 'email', title: t('users.email'), dataIndex: 'email' },
          { key: 'role', title: t('users.role'), render: (_, one) => t(`role.${one.role}.name`) },
          { key: 'expires', title: t('users.expires'), render: (_, one) => format.time(one.expires_at) },
          {
            key: 'actions',
            title: t('common.actions'),
            render: (_, one) => (
              <Popconfirm
                title={t('users.revoke_ask', { email: one.email })}
                onConfirm={() => revoke.mutate({ params: { path: { id: one.id } } })}
              >
                <Button size="small">{t('users.revoke')}</Button>
              </Popconfirm>
            ),
          },
        ]}
      />
    </Panel>
  );
}
