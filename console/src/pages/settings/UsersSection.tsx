import { UserAddOutlined } from '@ant-design/icons';
import { Button, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useMe } from '../../hooks/useMe';
import { useNow } from '../../hooks/useNow';
import { ListTable } from '../../table/ListTable';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { Invitations } from './Invitations';
import { InviteDialog } from './InviteDialog';
import { ROLES } from './roles';
import { UserActions } from './UserActions';
import { useChangeUser } from './useChangeUser';

/** People with access, and who was invited. */
export function UsersSection() {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const now = useNow();
  const [inviting, setInviting] = useState(false);
  const query = api.useInfiniteQuery(
    'get',
    '/api/v1/users',
    { params: { query: { sort: 'name', limit: 100 } } },
    paging,
  );
  const change = useChangeUser();
  return (
    <div className="gx-stack">
      <Panel
        flush
        title={t('users.title')}
        lead={t('users.lead')}
        extra={
          <Button type="primary" icon={<UserAddOutlined />} onClick={() => setInviting(true)}>
            {t('users.invite')}
          </Button>
        }
      >
        <ListTable
          label={t('users.title')}
          query={query}
          rows={rowsOf(query.data)}
          rowKey="id"
          empty={<Nothing title={t('users.none')} />}
          columns={[
            {
              key: 'name',
              title: t('users.person'),
              render: (_, user) => (
                <>
                  <strong>{user.name}</strong> {user.id === me.id && <Tag>{t('users.you')}</Tag>}
                  {user.disabled && <Tag color="red">{t('users.disabled')}</Tag>}
                  <div className="gx-faint gx-small">{user.email}</div>
                </>
              ),
            },
            {
              key: 'role',
              title: t('users.role'),
              render: (_, user) => (
                <Select
                  aria-label={t('users.role_of', { name: user.name })}
                  value={user.role}
                  popupMatchSelectWidth={false}
                  // One does not take one's own rights away by a slip.
                  disabled={user.id === me.id || user.disabled}
                  options={ROLES.map((role) => ({ value: role, label: t(`role.${role}.name`) }))}
                  onChange={(role) => void change(user, { role })}
                />
              ),
            },
            {
              key: 'totp',
              title: t('users.totp'),
              render: (_, user) => (user.totp ? <Tag color="green">{t('users.on')}</Tag> : <Tag>{t('users.off')}</Tag>),
            },
            {
              key: 'seen',
              title: t('users.seen'),
              render: (_, user) => (user.last_seen_at ? format.ago(user.last_seen_at, now) : t('users.never')),
            },
            { key: 'actions', title: t('common.actions'), render: (_, user) => <UserActions user={user} /> },
          ]}
        />
      </Panel>
      <Invitations />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </div>
  );
}
