import { MoreOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, type MenuProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useMe } from '../../hooks/useMe';
import { absolute } from '../../paths';
import { useReport } from '../../ui/useReport';
import { SecretDialog } from './SecretDialog';
import { useChangeUser } from './useChangeUser';
import { Menu } from '../../ui/Menu';

/** What can be done about a person's access. */
export function UserActions({ user }: { user: Api['User'] }) {
  const { t } = useTranslation();
  const me = useMe();
  const { modal, message } = App.useApp();
  const onError = useReport();
  const change = useChangeUser();
  const client = useQueryClient();
  const [link, setLink] = useState<string>();
  const reset = api.useMutation('post', '/api/v1/users/{id}/password-reset', {
    onSuccess: (made) => setLink(absolute(made.url)),
    onError,
  });
  const logout = api.useMutation('delete', '/api/v1/users/{id}/sessions', {
    onSuccess: ({ ended }) => void message.success(t('users.logged_out', { count: ended, name: user.name })),
    onError,
  });
  const totp = api.useMutation('delete', '/api/v1/users/{id}/totp', {
    onSuccess: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/users'] }),
    onError,
  });
  const params = { path: { id: user.id } };
  const askLogout = () =>
    void modal.confirm({
      title: t('users.log_out_ask', { name: user.name }),
      content: t('users.log_out_lead'),
      okText: t('users.log_out'),
      okButtonProps: { danger: true },
      onOk: () => logout.mutateAsync({ params }).catch(() => undefined),
    });
  const items: MenuProps['items'] = [
    { key: 'reset', label: t('users.reset'), onClick: () => reset.mutate({ params }) },
    { key: 'logout', label: t('users.log_out'), onClick: askLogout },
    ...(user.totp
      ? [
          {
            key: 'totp',
            label: t('users.totp_off'),
            onClick: () =>
              void modal.confirm({
                title: t('users.totp_off'),
                content: t('users.totp_off_lead', { name: user.name }),
                onOk: () => totp.mutateAsync({ params }).catch(() => undefined),
              }),
          },
        ]
      : []),
    { type: 'divider' },
    {
      key: 'disable',
      danger: !user.disabled,
      disabled: user.id === me.id,
      label: user.disabled ? t('users.enable') : t('users.disable'),
      onClick: () => void change(user, { disabled: !user.disabled }),
    },
  ];
  return (
    <>
      <Menu menu={{ items }}>
        <Button type="text" icon={<MoreOutlined />} aria-label={t('users.more', { name: user.name })} />
      </Menu>
      {link && (
        <SecretDialog
          title={t('users.reset')}
          lead={t('users.reset_lead', { name: user.name })}
          secret={link}
          onClose={() => setLink(undefined)}
        />
      )}
    </>
  );
}
