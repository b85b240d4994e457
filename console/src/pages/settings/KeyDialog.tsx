import { useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { FormDialog } from '../../forms/FormDialog';
import { useMe } from '../../hooks/useMe';
import { SecretDialog } from './SecretDialog';

interface Values {
  name: string;
  scopes: Api['Permission'][];
  days: number;
}

const DAYS = [30, 90, 365, 0] as const;

/** Makes a key; it may not do more than its maker. */
export function KeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const client = useQueryClient();
  const make = api.useMutation('post', '/api/v1/keys', {
    onSuccess: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/keys'] }),
  });
  if (make.data)
    return (
      <SecretDialog title={t('keys.made')} lead={t('keys.made_lead')} secret={make.data.secret} onClose={onClose} />
    );
  const submit = ({ name, scopes, days }: Values) =>
    make.mutate({ body: { name, scopes, expires_at: days ? dayjs().add(days, 'day').toISOString() : null } });
  return (
    <FormDialog<Values>
      title={t('keys.new')}
      submit={t('keys.submit')}
      initial={{ days: 365, scopes: [] }}
      busy={make.isPending}
      error={make.error}
      onClose={onClose}
      onSubmit={submit}
    >
      <Form.Item
        name="name"
        label={t('keys.name')}
        extra={t('keys.name_hint')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Input autoFocus />
      </Form.Item>
      <Form.Item
        name="scopes"
        label={t('keys.scopes')}
        rules={[{ required: true, type: 'array', message: t('keys.scopes_needed') }]}
      >
        <Scopes all={permissions} />
      </Form.Item>
      <Form.Item name="days" label={t('keys.expiry')} rules={[{ required: true, message: t('form.required') }]}>
        <Select
          options={DAYS.map((value) => ({
            value,
            label: value ? t('keys.days', { count: value }) : t('keys.forever'),
          }))}
        />
      </Form.Item>
    </FormDialog>
  );
}

interface ScopesProps {
  all: Api['Permission'][];
  id?: string;
  value?: Api['Permission'][];
  onChange?: (value: Api['Permission'][]) => void;
}

/** Takes from the form only what a group may have: `aria-required` is not for groups. */
function Scopes({ all, id, value, onChange }: ScopesProps) {
  const { t } = useTranslation();
  return (
    <div id={id}>
      <Checkbox.Group<Api['Permission']>
        className="gx-checks"
        value={value}
        onChange={onChange}
        options={all.map((one) => ({ value: one, label: t(`permission.${one.replace('.', '_')}`) }))}
      />
    </div>
  );
}
