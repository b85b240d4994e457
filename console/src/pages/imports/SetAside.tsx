import { Alert, App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { useReport } from '../../ui/useReport';

/** Orders that other programs sent and that could not be taken in; nothing when there are none. */
export function SetAside() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const { message } = App.useApp();
  const report = useReport();
  const query = api.useQuery('get', '/api/v1/intake');
  const retry = api.useMutation('post', '/api/v1/intake/retry', {
    onSuccess: ({ batches }) => {
      void message.info(t('intake.again', { count: batches, value: format.int(batches) }));
      void query.refetch();
    },
    onError: report,
  });
  const batches = query.data?.set_aside ?? [];
  if (batches.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t('intake.set_aside', { count: batches.length, value: format.int(batches.length) })}
      description={
        <ul>
          {batches.slice(0, 5).map((one) => (
            <li key={one.batch}>{one.problem ? `${one.batch}: ${one.problem}` : one.batch}</li>
          ))}
          {batches.length > 5 && <li>…</li>}
        </ul>
      }
      action={
        may('import.run') && (
          <Button loading={retry.isPending} onClick={() => retry.mutate({})}>
            {t('intake.retry')}
          </Button>
        )
      }
    />
  );
}
