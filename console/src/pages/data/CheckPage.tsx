import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { to } from '../../paths';
import { Page } from '../../ui/Page';
import { CheckRows } from './CheckRows';

/** The rows behind a check. */
export function CheckPage() {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const { name = '' } = useParams();
  const quality = api.useQuery('get', '/api/v1/quality');
  const check = quality.data?.checks.find((one) => one.name === name);
  return (
    <Page
      title={check ? say(check.label) : name}
      lead={check && say(check.description)}
      back={{ to: to.quality(), label: t('quality.title') }}
      mark={check && <span className="gx-faint">{format.share(check.score)}</span>}
    >
      {check && check.failed > 0 && <Alert type="info" showIcon title={say(check.hint)} />}
      <CheckRows key={name} name={name} />
    </Page>
  );
}
