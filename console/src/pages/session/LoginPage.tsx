import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api, type Api } from '../../api/client';
import { AuthFrame } from '../../layouts/AuthFrame';
import { safeNext } from '../../paths';
import { Trouble } from '../../ui/Trouble';

/** Log-in: name and password, then the code if there is a second step. */
export function LoginPage() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const [challenge, setChallenge] = useState<string>();
  const done = (answer: Api['LoginAnswer']) => {
    if (answer.challenge) setChallenge(answer.challenge);
    // A whole new page: nothing of the person before stays in memory.
    else location.assign(safeNext(params.get('next')));
  };
  return challenge ? (
    <AuthFrame title={t('login.code_title')} lead={t('login.code_lead')}>
      <CodeForm challenge={challenge} onDone={done} onBack={() => setChallenge(undefined)} />
    </AuthFrame>
  ) : (
    <AuthFrame title={t('login.title')}>
      <PasswordStep onDone={done} />
    </AuthFrame>
  );
}

function PasswordStep({ onDone }: { onDone: (answer: Api['LoginAnswer']) => void }) {
  const { t } = useTranslation();
  const login = api.useMutation('post', '/api/v1/auth/login', { onSuccess: onDone });
  const required = { required: true, message: t('form.required') };
  return (
    <Form<Api['LoginRequest']>
      layout="vertical"
      requiredMark={false}
      className="gx-form"
      onFinish={(body) => login.mutate({ body })}
    >
      {login.error ? <Trouble error={wrong(login.error)} /> : null}
      <Form.Item name="email" label={t('login.email')} rules={[required]}>
        <Input autoFocus type="email" autoComplete="username" size="large" />
      </Form.Item>
      <Form.Item name="password" label={t('login.password')} rules={[required]}>
        <Input.Password autoComplete="current-password" size="large" />
      </Form.Item>
      <Button type="primary" size="large" htmlType="submit" block loading={login.isPending}>
        {t('login.submit')}
      </Button>
      <p className="gx-faint gx-small gx-note">{t('login.forgot')}</p>
    </Form>
  );
}

interface CodeProps {
  challenge: string;
  onDone: (answer: Api['LoginAnswer']) => void;
  onBack: () => void;
}

function CodeForm({ challenge, onDone, onBack }: CodeProps) {
  const { t } = useTranslation();
  const check = api.useMutation('post', '/api/v1/auth/totp', { onSuccess: onDone });
  return (
    <Form<{ code: string }>
      layout="vertical"
      requiredMark={false}
      className="gx-form"
      onFinish={({ code }) => check.mutate({ body: { challenge, code: code.trim() } })}
    >
      {check.error ? <Trouble error={wrong(check.error, 'wrong_code')} /> : null}
      <Form.Item name="code" label={t('login.code')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus autoComplete="one-time-code" inputMode="text" size="large" />
      </Form.Item>
      <Button type="primary" size="large" htmlType="submit" block loading={check.isPending}>
        {t('login.submit')}
      </Button>
      <Button type="link" block onClick={onBack}>
        {t('login.back')}
      </Button>
    </Form>
  );
}

/** Not being known is here not "your log-in has ended" but "that was wrong". */
function wrong(error: unknown, code = 'wrong_password') {
  return (error as { code?: string }).code === 'unauthenticated' ? { code } : error;
}
