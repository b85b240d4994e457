import { LockOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Api } from '../api/client';
import { Nothing } from './Nothing';
import { Panel } from './Panel';

/** The one way to say that something may not be seen, and what to ask for. */
export function Forbidden({ needs }: { needs: Api['Permission'] }) {
  const { t } = useTranslation();
  return (
    <Panel>
      <Nothing
        title={t('forbidden.what')}
        hint={
          <>
            <LockOutlined aria-hidden />{' '}
            {t('forbidden.ask', { permission: t(`permission.${needs.replace('.', '_')}`) })} <code>{needs}</code>
          </>
        }
      />
    </Panel>
  );
}
