import { useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { FormDialog } from '../../forms/FormDialog';

interface Values {
  name: string;
  description?: string;
  shared: boolean;
}

interface Props {
  sql: string;
  /** How its answer is shown. */
  chart: Api['ChartSpec'];
  /** The one that is open: it is changed unless it gets another name. */
  question?: Api['Question'];
  onClose: () => void;
  onSaved: (id: string) => void;
}

/** Keeps a question under a name. */
export function SaveQuestion({ sql, chart, question, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const after = {
    onSuccess: async (saved: Api['Question']) => {
      await client.invalidateQueries({ queryKey: ['get', '/api/v1/sql/questions'] });
      onSaved(saved.id);
      onClose();
    },
  };
  const create = api.useMutation('post', '/api/v1/sql/questions', after);
  const update = api.useMutation('put', '/api/v1/sql/questions/{id}', after);
  const save = (values: Values) => {
    const body = { ...values, sql, chart };
    if (question && question.name === values.name) {
      const params = { path: { id: question.id }, header: { 'If-Match': question.etag } };
      update.mutate({ params, body });
    } else create.mutate({ body });
  };
  return (
    <FormDialog<Values>
      title={t('sql.save')}
      submit={t('common.save')}
      initial={{
        name: question?.name,
        description: question?.description ?? undefined,
        shared: question?.shared ?? true,
      }}
      busy={create.isPending || update.isPending}
      error={create.error ?? update.error}
      onClose={onClose}
      onSubmit={save}
    >
      <Form.Item name="name" label={t('sql.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus />
      </Form.Item>
      <Form.Item name="description" label={t('sql.description')}>
        <Input />
      </Form.Item>
      <Form.Item name="shared" valuePropName="checked">
        <Checkbox>{t('sql.shared')}</Checkbox>
      </Form.Item>
    </FormDialog>
  );
}
