import { DownloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { to } from '../../paths';
import { useReport } from '../../ui/useReport';
import type { useCustomerList } from './useCustomerList';
import { Menu } from '../../ui/Menu';

const FORMATS = ['xlsx', 'csv', 'jsonl'] as const;

/** Writes the list as it is shown to a file. */
export function ExportButton({ list }: { list: ReturnType<typeof useCustomerList> }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const may = useMay();
  const report = useReport();
  const navigate = useNavigate();
  const { language } = useLanguage();
  const make = api.useMutation('post', '/api/v1/customers/exports', {
    onSuccess: () => {
      void message.info(t('customers.export.begun'));
      void navigate(to.jobs());
    },
    onError: report,
  });
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
      make.mutate({
        body: { format, query, columns: ['name', ...list.shown], language: format === 'jsonl' ? undefined : language },
      }),
  }));
  return (
    <Menu menu={{ items }}>
      <Button icon={<DownloadOutlined />} loading={make.isPending}>
        {t('customers.export.title')}
      </Button>
    </Menu>
  );
}
