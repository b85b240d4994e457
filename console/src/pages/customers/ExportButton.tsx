import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { Menu } from '../../ui/Menu';
import { useExport } from '../jobs/useExport';
import type { useCustomerList } from './useCustomerList';

const FORMATS = ['xlsx', 'csv', 'jsonl'] as const;

/** Writes the list as it is shown to a file. */
export function ExportButton({ list }: { list: ReturnType<typeof useCustomerList> }) {
  const { t } = useTranslation();
  const may = useMay();
  const { language } = useLanguage();
  const make = api.useMutation('post', '/api/v1/customers/exports');
  const { start, busy } = useExport();
  if (!may('customers.export')) return null;
  const { q, filter, within, sort } = list.asked;
  const query = {
    ...(q && { q }),
    ...(within && { within }),
    filter,
    sort,
  };
  const items = FORMATS.map((format) => ({
    key: format,
    label: t(`customers.export.${format}`),
    // A table is for people, in their words; lines of JSON are for programs.
    onClick: () =>
      start(() =>
        make.mutateAsync({
          body: {
            format,
            query,
            columns: ['name', ...list.shown],
            language: format === 'jsonl' ? undefined : language,
          },
        }),
      ),
  }));
  return (
    <Menu menu={{ items }}>
      <Button icon={<DownloadOutlined />} loading={busy}>
        {t('customers.export.title')}
      </Button>
    </Menu>
  );
}
