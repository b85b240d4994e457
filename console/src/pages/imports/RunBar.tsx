import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { Trouble } from '../../ui/Trouble';

interface Props {
  /** The id of the form that it sends. */
  form: string;
  look: Api['Look'];
  busy: boolean;
  error: unknown;
}

/** Stays in sight however long the wizard is: whether it can go in, and go. */
export function RunBar({ form, look: { can_run, counts }, busy, error }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="gx-bar-bottom">
      {error ? (
        <div className="gx-bar-whole">
          <Trouble error={error} />
        </div>
      ) : null}
      <span role="status">
        {!can_run ? (
          <span className="gx-bad">{t('run.blocked')}</span>
        ) : (
          counts.bad > 0 && t('run.bad', { count: counts.bad, value: format.int(counts.bad) })
        )}
      </span>
      <Button type="primary" size="large" htmlType="submit" form={form} disabled={!can_run} loading={busy}>
        {t('run.start')}
      </Button>
    </div>
  );
}
