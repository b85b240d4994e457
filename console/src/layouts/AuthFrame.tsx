import { Card, Segmented } from 'antd';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../hooks/useFormat';
import { setLanguage, type Language } from '../i18n';
import { Logo } from '../ui/Logo';

/** The frame of what is seen before log-in. */
export function AuthFrame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  useEffect(() => {
    document.title = `${title} · Guanxi`;
  }, [title]);
  return (
    <main className="gx-auth">
      <Card className="gx-auth-card" variant="borderless">
        <div className="gx-auth-brand">
          <Logo size={40} />
          <span>
            <strong>Guanxi</strong>
            <small>{t('auth.claim')}</small>
          </span>
        </div>
        <h1>{title}</h1>
        {lead && <p className="gx-soft">{lead}</p>}
        {children}
      </Card>
      <Segmented<Language>
        aria-label={t('shell.language')}
        value={language}
        options={[
          { value: 'en', label: 'English' },
          { value: 'zh', label: '简体中文' },
        ]}
        onChange={(value) => void setLanguage(value)}
      />
    </main>
  );
}
