import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { App } from 'antd';
import { api } from '../../api/client';
import { PasswordForm } from '../../forms/PasswordForm';
import { AuthFrame } from '../../layouts/AuthFrame';
import { to } from '../../paths';
import { Loaded } from '../../ui/Loaded';

/** A new password by a link. The token is behind the #, so that it is in no log. */
export function ResetPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const token = useLocation().hash.slice(1);
  const query = api.useQuery('post', '/api/v1/auth/reset/look', { body: { token } }, { retry: false });
  const reset = api.useMutation('post', '/api/v1/auth/reset', {
    onSuccess: () => {
      void message.success(t('reset.done'));
      void navigate(to.login());
    },
  });
  return (
    <AuthFrame title={t('reset.title')}>
      <Loaded query={query}>
        {({ email }) => (
          <>
            <p className="gx-soft">{t('reset.lead', { email })}</p>
            <PasswordForm
              busy={reset.isPending}
              error={reset.error}
              submit={t('reset.submit')}
              onSubmit={({ password }) => reset.mutate({ body: { token, password } })}
            />
          </>
        )}
      </Loaded>
    </AuthFrame>
  );
}
