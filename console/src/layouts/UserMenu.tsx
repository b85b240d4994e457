import { BulbOutlined, GlobalOutlined, LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Avatar, Button, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client';
import { useLanguage } from '../hooks/useFormat';
import { useMe } from '../hooks/useMe';
import { setTheme, THEMES, useTheme } from '../hooks/useTheme';
import { LANGUAGES, setLanguage } from '../i18n';
import { to } from '../paths';
import { Menu } from '../ui/Menu';

/** Language, theme, own account, log-out. */
export function UserMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { language } = useLanguage();
  const { choice } = useTheme();
  const client = useQueryClient();
  const leave = api.useMutation('post', '/api/v1/auth/logout', { onSettled: () => location.assign(to.login()) });

  const items: MenuProps['items'] = [
    {
      key: 'who',
      type: 'group',
      label: (
        <span className="gx-who">
          <strong>{me.name}</strong>
          <span>{me.email}</span>
          <span>{t(`role.${me.role}.name`)}</span>
        </span>
      ),
    },
    { key: 'account', icon: <UserOutlined />, label: t('shell.account'), onClick: () => void navigate(to.account()) },
    { type: 'divider' },
    {
      key: 'language',
      icon: <GlobalOutlined />,
      label: t('shell.language'),
      children: LANGUAGES.map((l) => ({
        key: l,
        label: l === 'en' ? 'English' : '简体中文',
        // What the server says of problems is in the language in which it was asked.
        onClick: () => void setLanguage(l).then(() => client.invalidateQueries()),
      })),
    },
    {
      key: 'theme',
      icon: <BulbOutlined />,
      label: t('shell.theme'),
      children: THEMES.map((theme) => ({
        key: theme,
        label: t(`theme.${theme}`),
        onClick: () => setTheme(theme),
      })),
    },
    { type: 'divider' },
    { key: 'out', icon: <LogoutOutlined />, label: t('shell.log_out'), onClick: () => leave.mutate({}) },
  ];
  return (
    <Menu menu={{ items, selectedKeys: [language, choice] }} placement="bottomRight">
      <Button type="text" shape="circle" aria-label={t('shell.user_menu', { name: me.name })} className="gx-user">
        <Avatar size={30}>{me.name.slice(0, 1).toUpperCase()}</Avatar>
      </Button>
    </Menu>
  );
}
