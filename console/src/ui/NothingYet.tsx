import { ImportOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '../hooks/useMe';
import { to } from '../paths';
import { Nothing } from './Nothing';

/** What stands everywhere before the first import. */
export function NothingYet() {
  const { t } = useTranslation();
  const may = useMay();
  const start = (
    <Link to={to.importNew()}>
      <Button type="primary" icon={<ImportOutlined />}>
        {t('overview.empty.action')}
      </Button>
    </Link>
  );
  return (
    <Nothing
      title={t('overview.empty.title')}
      hint={may('import.run') ? t('overview.empty.hint') : t('overview.empty.ask')}
      action={may('import.run') && start}
    />
  );
}
