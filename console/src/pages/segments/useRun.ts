import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useReport } from '../../ui/useReport';

/** Starts a run; its progress is on the page of jobs. */
export function useRun() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReport();
  return api.useMutation('post', '/api/v1/segments/runs', {
    onSuccess: () => void message.info(t('segments.run_begun')),
    onError: report,
  });
}
