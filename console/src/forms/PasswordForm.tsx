import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Trouble } from '../ui/Trouble';
import { useFieldErrors } from './useFields';

interface Values {
  current?: string;
  password: string;
  again: string;
}

interface Props {
  withCurrent?: boolean;
  busy: boolean;
  error: unknown;
  submit: string;
  onSubmit: (values: Values) => void;
}

const LEAST = 10;
/** Where the present password is asked as well, the server's `password` is that one. */
const WITH_CURRENT = { password: 'current', new_password: 'password' };

/** A new password, twice. */
export function PasswordForm({ withCurrent, busy, error, submit, onSubmit }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const above = useFieldErrors(form, error, withCurrent ? WITH_CURRENT : undefined);
  const required = { required: true, message: t('form.required') };
  return (
    <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={onSubmit} className="gx-form">
      {above ? <Trouble error={above} /> : null}
      {withCurrent && (
        <Form.Item name="current" label={t('password.current')} rules={[required]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      )}
      <Form.Item
        name="password"
        label={t('password.new')}
        extra={t('password.rule', { count: LEAST })}
        rules={[required, { min: LEAST, message: t('password.rule', { count: LEAST }) }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('password.again')}
        dependencies={['password']}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || value === getFieldValue('password')
                ? Promise.resolve()
                : Promise.reject(new Error(t('password.differ'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy} block>
        {submit}
      </Button>
    </Form>
  );
}
