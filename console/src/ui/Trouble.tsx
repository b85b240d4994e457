import { Alert, Button, Space } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toTrouble } from '../api/problem';

/** What happened in words, and what to try. */
export function useTrouble() {
  const { t, i18n } = useTranslation();
  return (error: unknown) => {
    const trouble = toTrouble(error);
    const known = i18n.exists(`problem.${trouble.code}.title`) ? trouble.code : 'unexpected';
    return {
      ...trouble,
      title: t(`problem.${known}.title`),
      detail: trouble.detail || undefined,
      hint: trouble.hint ?? t(`problem.${known}.hint`),
    };
  };
}

/** The one shape of an error on a page. */
export function Trouble({ error, retry, extra }: { error: unknown; retry?: () => void; extra?: ReactNode }) {
  const { t } = useTranslation();
  const { title, detail, hint, fields, request } = useTrouble()(error);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={title}
      description={
        <div className="gx-trouble">
          {detail && <p>{detail}</p>}
          {fields?.map((field) =>
            // What is said already is not said twice.
            detail?.includes(field.message) ? null : (
              <p key={field.field}>
                <code>{field.field}</code> {field.message}
              </p>
            ),
          )}
          <p className="gx-soft">{hint}</p>
          {request && (
            <p className="gx-faint">
              {t('problem.request')} <code>{request}</code>
            </p>
          )}
        </div>
      }
      action={
        <Space wrap>
          {retry && <Button onClick={retry}>{t('common.again')}</Button>}
          {extra}
        </Space>
      }
    />
  );
}
