import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { FormDialog } from '../../forms/FormDialog';
import { useUndo } from '../../ui/useUndo';

/** Gives a saved mapping another name; a click brings the old one back. */
export function RenameMapping({ of, onClose }: { of: Api['MappingRow']; onClose: () => void }) {
  const { name } = of;
  const { t } = useTranslation();
  const client = useQueryClient();
  const undo = useUndo();
  const rename = api.useMutation('patch', '/api/v1/mappings/{name}', {
    onSuccess: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/mappings'] }),
  });
  const send = (from: string, to: string, etag: string) =>
    rename.mutateAsync({ params: { path: { name: from }, header: { 'If-Match': etag } }, body: { name: to } });
  const save = async (values: { name: string }) => {
    const wanted = values.name.trim();
    if (wanted !== name) {
      const { etag } = await send(name, wanted, of.etag);
      undo(t('mappings.renamed', { name: wanted }), () => send(wanted, name, etag));
    }
    onClose();
  };
  return (
    <FormDialog<{ name: string }>
      title={t('mappings.rename', { name })}
      submit={t('common.save')}
      initial={{ name }}
      busy={rename.isPending}
      error={rename.error}
      onClose={onClose}
      onSubmit={(values) => void save(values).catch(() => undefined)}
    >
      <Form.Item
        name="name"
        label={t('mappings.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoFocus maxLength={64} />
      </Form.Item>
    </FormDialog>
  );
}
