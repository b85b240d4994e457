import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { api } from '../../api/client';
import { PasswordForm } from '../../forms/PasswordForm';
import { AuthFrame } from '../../layouts/AuthFrame';
import { to } from '../../paths';
import { Loaded } from '../../ui/Loaded';

/** Accepting an invitation. The token is behind the #, so that it is in no log. */
export function InvitationPage() {
  const { t } = useTranslation();
  const token = useLocation().hash.slice(1);
  const [form] = Form.useForm<{ name: string }>();
  const query = api.useQuery('post', '/api/v1/auth/invitation', { body: { token } }, { retry: false });
  const accept = api.useMutation('post', '/api/v1/auth/invitation/accept', {
    onSuccess: () => location.assign(to.overview()),
  });
  const submit = async (password: string) => {
    const { name } = await form.validateFields();
    accept.mutate({ body: { token, name, password } });
  };
  return (
    <AuthFrame title={t('invitation.title')}>
      <Loaded query={query}>
        {({ email, role }) => (
          <>
            <p className="gx-soft">{t('invitation.lead', { email, role: t(`role.${role}.name`) })}</p>
            <Form form={form} layout="vertical" requiredMark={false} className="gx-form">
              <Form.Item
                name="name"
                label={t('invitation.name')}
                rules={[{ required: true, message: t('form.required') }]}
              >
                <Input autoFocus autoComplete="name" />
              </Form.Item>
            </Form>
            <PasswordForm
              busy={accept.isPending}
              error={accept.error}
              submit={t('invitation.accept')}
              onSubmit={({ password }) => void submit(password).catch(() => undefined)}
            />
          </>
        )}
      </Loaded>
    </AuthFrame>
  );
}
