import { SafetyCertificateOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, QRCode, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { FormDialog } from '../../forms/FormDialog';
import { useMe } from '../../hooks/useMe';
import { Copy } from '../../ui/Copy';
import { Panel } from '../../ui/Panel';
import { SecretDialog } from '../settings/SecretDialog';

/** The second step of log-in: an authenticator app. */
export function SecondFactor() {
  const { t } = useTranslation();
  const me = useMe();
  const [open, setOpen] = useState<'on' | 'off'>();
  const close = () => setOpen(undefined);
  return (
    <Panel
      title={
        <>
          {t('totp.title')} <Tag color={me.totp ? 'green' : 'default'}>{me.totp ? t('users.on') : t('users.off')}</Tag>
        </>
      }
      lead={t('totp.lead')}
    >
      {me.totp ? (
        <>
          {me.recovery_codes < 3 && (
            <Alert type="warning" showIcon title={t('totp.few', { count: me.recovery_codes })} />
          )}
          <p className="gx-soft">{t('totp.left', { count: me.recovery_codes })}</p>
          <Button danger onClick={() => setOpen('off')}>
            {t('totp.remove')}
          </Button>
        </>
      ) : (
        <Button type="primary" icon={<SafetyCertificateOutlined />} onClick={() => setOpen('on')}>
          {t('totp.begin')}
        </Button>
      )}
      {open === 'on' && <SwitchOn onClose={close} />}
      {open === 'off' && <SwitchOff onClose={close} />}
    </Panel>
  );
}

/** Password, then the picture for the app and a first code, then the recovery codes. */
function SwitchOn({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const setup = api.useMutation('post', '/api/v1/auth/totp/setup');
  const enable = api.useMutation('post', '/api/v1/auth/totp/enable', { onSuccess: () => client.invalidateQueries() });
  if (enable.data)
    return (
      <SecretDialog
        title={t('totp.codes')}
        lead={t('totp.codes_lead')}
        secret={enable.data.recovery_codes.join('\n')}
        onClose={onClose}
      />
    );
  if (!setup.data)
    return (
      <FormDialog<{ password: string }>
        key="password"
        title={t('totp.begin')}
        submit={t('totp.next')}
        busy={setup.isPending}
        error={setup.error}
        onClose={onClose}
        onSubmit={(body) => setup.mutate({ body })}
      >
        <Form.Item
          name="password"
          label={t('password.current')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
      </FormDialog>
    );
  const { secret, url } = setup.data;
  return (
    <FormDialog<{ code: string }>
      key="code"
      title={t('totp.begin')}
      lead={t('totp.scan')}
      submit={t('totp.confirm')}
      busy={enable.isPending}
      error={enable.error}
      onClose={onClose}
      onSubmit={(body) => enable.mutate({ body })}
    >
      <div className="gx-totp">
        <QRCode aria-label={t('totp.picture')} value={url} size={176} color="#000000" bgColor="#ffffff" />
        <span>
          <span className="gx-soft gx-small">{t('totp.by_hand')}</span>
          <code>{secret}</code>
          <Copy text={secret} />
        </span>
      </div>
      <Form.Item name="code" label={t('login.code')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus autoComplete="one-time-code" inputMode="numeric" />
      </Form.Item>
    </FormDialog>
  );
}

function SwitchOff({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const disable = api.useMutation('post', '/api/v1/auth/totp/disable', {
    onSuccess: async () => {
      await client.invalidateQueries();
      onClose();
    },
  });
  const required = { required: true, message: t('form.required') };
  return (
    <FormDialog<{ password: string; code: string }>
      title={t('totp.remove')}
      lead={t('totp.remove_lead')}
      submit={t('totp.remove')}
      danger
      busy={disable.isPending}
      error={disable.error}
      onClose={onClose}
      onSubmit={(body) => disable.mutate({ body })}
    >
      <Form.Item name="password" label={t('password.current')} rules={[required]}>
        <Input.Password autoFocus autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="code" label={t('login.code')} rules={[required]}>
        <Input autoComplete="one-time-code" />
      </Form.Item>
    </FormDialog>
  );
}
