import { useQueryClient } from '@tanstack/react-query';
import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { FormDialog } from '../../forms/FormDialog';
import { absolute } from '../../paths';
import { ROLES } from './roles';
import { SecretDialog } from './SecretDialog';

/** Invites a person; the link is handed over by oneself. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const invite = api.useMutation('post', '/api/v1/invitations', {
    onSuccess: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/invitations'] }),
  });
  if (invite.data)
    return (
      <SecretDialog
        title={t('users.invited')}
        lead={t('users.invited_lead', { email: invite.data.invitation.email })}
        secret={absolute(invite.data.url)}
        onClose={onClose}
      />
    );
  return (
    <FormDialog<Api['InvitationNew']>
      title={t('users.invite')}
      lead={t('users.invite_lead')}
      submit={t('users.invite_submit')}
      initial={{ role: 'manager' }}
      busy={invite.isPending}
      error={invite.error}
      onClose={onClose}
      onSubmit={(body) => invite.mutate({ body })}
    >
      <Form.Item
        name="email"
        label={t('users.email')}
        rules={[{ required: true, type: 'email', message: t('form.email') }]}
      >
        <Input autoFocus type="email" autoComplete="off" />
      </Form.Item>
      <Form.Item name="role" label={t('users.role')} rules={[{ required: true, message: t('form.required') }]}>
        <Select
          options={ROLES.map((role) => ({
            value: role,
            label: t(`role.${role}.name`),
            about: t(`role.${role}.about`),
          }))}
          optionRender={({ data }) => (
            <>
              {data.label}
              <div className="gx-faint gx-small gx-wrap">{data.about}</div>
            </>
          )}
        />
      </Form.Item>
    </FormDialog>
  );
}
