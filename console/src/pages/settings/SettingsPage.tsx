import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { ReactNode } from 'react';
import type { Api } from '../../api/client';
import { useMay } from '../../hooks/useMe';
import { useNarrow } from '../../hooks/useNarrow';
import { to, type SettingsSection } from '../../paths';
import { Forbidden } from '../../ui/Forbidden';
import { LinkTabs } from '../../ui/LinkTabs';
import { Page } from '../../ui/Page';
import { AuditSection } from './AuditSection';
import { BackupsSection } from './BackupsSection';
import { BusinessSection } from './BusinessSection';
import { HealthSection } from './HealthSection';
import { KeysSection } from './KeysSection';
import { RolesSection } from './RolesSection';
import { UsersSection } from './UsersSection';

const SECTIONS: { key: SettingsSection; needs: Api['Permission']; content: ReactNode }[] = [
  { key: 'business', needs: 'settings.read', content: <BusinessSection /> },
  { key: 'users', needs: 'users.manage', content: <UsersSection /> },
  { key: 'roles', needs: 'settings.read', content: <RolesSection /> },
  { key: 'keys', needs: 'keys.manage', content: <KeysSection /> },
  { key: 'audit', needs: 'audit.read', content: <AuditSection /> },
  { key: 'backups', needs: 'backup.run', content: <BackupsSection /> },
  { key: 'health', needs: 'upkeep.run', content: <HealthSection /> },
];

/** Business, people, keys, audit, back-ups, health. */
export function SettingsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const narrow = useNarrow();
  const params = useParams();
  const shown = SECTIONS.filter((section) => may(section.needs));
  const chosen = SECTIONS.find((section) => section.key === params.section) ?? shown[0];
  return (
    <Page title={t('settings.title')}>
      {shown.length > 0 && chosen ? (
        <div className="gx-settings">
          <LinkTabs
            upright={!narrow}
            label={t('settings.title')}
            active={chosen.key}
            items={shown.map(({ key }) => ({ key, label: t(`settings.tab.${key}`), to: to.settings(key) }))}
          />
          <div>{may(chosen.needs) ? chosen.content : <Forbidden needs={chosen.needs} />}</div>
        </div>
      ) : (
        <Forbidden needs={chosen?.needs ?? 'settings.read'} />
      )}
    </Page>
  );
}
