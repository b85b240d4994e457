import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, setCsrf } from '../../api/client';
import { PasswordForm } from '../../forms/PasswordForm';
import { useMe } from '../../hooks/useMe';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { MySessions } from './MySessions';
import { SecondFactor } from './SecondFactor';

/** One's own access. */
export function AccountPage() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Page title={t('shell.account')} lead={`${me.name} · ${me.email} · ${t(`role.${me.role}.name`)}`}>
      <div className="gx-grid">
        <PasswordPanel />
        <SecondFactor />
      </div>
      <MySessions />
    </Page>
  );
}

function PasswordPanel() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  // Only a change that was made empties the form.
  const [made, setMade] = useState(0);
  const change = api.useMutation('post', '/api/v1/auth/password', {
    onSuccess: ({ csrf_token }) => {
      setCsrf(csrf_token);
      setMade((count) => count + 1);
      void message.success(t('password.changed'));
    },
  });
  return (
    <Panel title={t('password.title')} lead={t('password.lead')}>
      <PasswordForm
        key={made}
        withCurrent
        busy={change.isPending}
        error={change.error}
        submit={t('password.change')}
        onSubmit={({ current, password }) =>
          change.mutate({ body: { password: current ?? '', new_password: password } })
        }
      />
    </Panel>
  );
}
