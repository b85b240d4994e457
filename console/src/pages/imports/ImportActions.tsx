import { RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { App, Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { useReport } from '../../ui/useReport';
import { useQueryClient } from '@tanstack/react-query';

/** Take back, go on. */
export function ImportActions({ one }: { one: Api['Import'] }) {
  const { t } = useTranslation();
  const may = useMay();
  const format = useFormat();
  const { modal } = App.useApp();
  const report = useReport();
  const client = useQueryClient();
  const after = {
    onSuccess: () => client.invalidateQueries(),
    onError: report,
  };
  const undo = api.useMutation('post', '/api/v1/imports/{id}/undo', after);
  const resume = api.useMutation('post', '/api/v1/imports/{id}/resume', after);
  if (!may('import.run')) return null;
  const params = { path: { id: one.id } };
  const ask = () =>
    modal.confirm({
      title: t('import.undo.title'),
      content: t('import.undo.lead', { lines: format.int(one.report?.applied.lines_added) }),
      okText: t('import.undo.submit'),
      okButtonProps: { danger: true },
      onOk: () => undo.mutateAsync({ params }).catch(() => undefined),
    });
  return (
    <>
      {(one.state === 'cancelled' || one.state === 'failed') && (
        <Button
          type="primary"
          icon={<RedoOutlined />}
          loading={resume.isPending}
          onClick={() => resume.mutate({ params })}
        >
          {t('import.resume')}
        </Button>
      )}
      {one.state === 'done' && (
        <Tooltip title={one.can_undo ? undefined : t('import.undo.first', { imports: one.undo_first.join(', ') })}>
          <Button icon={<UndoOutlined />} disabled={!one.can_undo} loading={undo.isPending} onClick={ask}>
            {t('import.undo.title')}
          </Button>
        </Tooltip>
      )}
    </>
  );
}
