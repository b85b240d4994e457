import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useTrouble } from '../../ui/Trouble';

/** Starts a run; its progress is on the page of jobs. */
export function useRun() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const trouble = useTrouble();
  return api.useMutation('post', '/api/v1/segments/runs', {
    onSuccess: () => void message.info(t('segments.run_begun')),
    onError: (error) => {
      const { title, detail } = trouble(error);
      void message.error(detail ?? title);
    },
  });
}
