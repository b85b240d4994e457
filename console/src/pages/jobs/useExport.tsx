import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { beginExport } from '../../hooks/ownExports';
import { useReport } from '../../ui/useReport';
import { ExportNotice } from './ExportNotice';

/** Begins to write a file; one notice says how far it is, and gives it. One stays on the page. */
export function useExport() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const report = useReport();
  const [busy, setBusy] = useState(false);
  const start = async (begin: () => Promise<Api['Job']>) => {
    setBusy(true);
    try {
      const { id: key } = await beginExport(begin);
      notification.open({
        key,
        role: 'status',
        duration: false,
        placement: 'bottomRight',
        title: t('customers.export.title'),
        description: <ExportNotice id={key} onDone={() => notification.destroy(key)} />,
      });
    } catch (error) {
      report(error);
    } finally {
      setBusy(false);
    }
  };
  return { start: (begin: () => Promise<Api['Job']>) => void start(begin), busy };
}
