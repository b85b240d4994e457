import { useTranslation } from 'react-i18next';
import { to } from '../../paths';
import { LinkTabs } from '../../ui/LinkTabs';

/** Tables and quality are two sides of one page. */
export function DataTabs({ active }: { active: 'tables' | 'quality' }) {
  const { t } = useTranslation();
  return (
    <LinkTabs
      label={t('data.title')}
      active={active}
      items={[
        { key: 'tables', label: t('data.tables'), to: to.data() },
        { key: 'quality', label: t('quality.title'), to: to.quality() },
      ]}
    />
  );
}
