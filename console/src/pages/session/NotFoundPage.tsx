import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { to } from '../../paths';
import { Nothing } from '../../ui/Nothing';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('lost.title')}>
      <Panel>
        <Nothing
          title={t('lost.what')}
          hint={t('lost.hint')}
          action={<Link to={to.overview()}>{t('lost.home')}</Link>}
        />
      </Panel>
    </Page>
  );
}
