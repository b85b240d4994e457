import { App, AutoComplete, Form, Input, Radio } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, type Api } from '../../api/client';
import { toTrouble } from '../../api/problem';
import { useFieldErrors } from '../../forms/useFields';
import { to } from '../../paths';
import { Panel } from '../../ui/Panel';
import { RunBar } from './RunBar';

const MODES = ['difference', 'append', 'complete'] as const;

/** Only orders have a source and a mode to choose. */
interface Values {
  source?: string;
  mode?: Api['ImportMode'];
  save_mapping?: string;
}

/** Whether an import was refused because another mapping has the name that its own was to be saved under. */
function isTaken(error: unknown): boolean {
  const { code, fields } = toTrouble(error);
  return code === 'conflict' && (fields ?? []).some((field) => field.field === 'save_mapping');
}

/** How it goes in, and go. */
export function RunForm({ look, upload }: { look: Api['Look']; upload: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const [form] = Form.useForm<Values>();
  const id = useId();
  const run = api.useMutation('post', '/api/v1/imports', {
    onSuccess: ({ import: id }) => void navigate(to.import(id)),
  });
  useFieldErrors(form, run.error);
  const start = (values: Values, overwrite_mapping = false) => {
    const { source = look.source, mode = 'difference', save_mapping } = values;
    run.mutate(
      {
        body: {
          upload,
          kind: look.kind,
          reading: look.reading,
          mapping: look.mapping,
          source,
          mode,
          save_mapping: save_mapping || null,
          overwrite_mapping,
        },
      },
      {
        onError: (error) => {
          if (isTaken(error) && !overwrite_mapping) ask(values);
        },
      },
    );
  };
  const ask = (values: Values) =>
    void modal.confirm({
      title: t('run.overwrite_ask', { name: values.save_mapping ?? '' }),
      content: t('run.overwrite_lead'),
      okText: t('run.overwrite_ok'),
      okButtonProps: { danger: true },
      onOk: () => start(values, true),
    });
  return (
    <>
      <Panel title={t('run.title')}>
        <Form<Values>
          id={id}
          form={form}
          scrollToFirstError={{ focus: true }}
          layout="vertical"
          requiredMark={false}
          initialValues={{ source: look.source, mode: 'difference' }}
          onFinish={(values) => start(values)}
        >
          {look.kind === 'orders' && (
            <Form.Item name="mode" label={t('run.mode')}>
              <Radio.Group className="gx-modes">
                {MODES.map((mode) => (
                  <Radio key={mode} value={mode}>
                    <strong>{t(`run.modes.${mode}`)}</strong>
                    <span className="gx-soft"> {t(`run.modes.${mode}_hint`)}</span>
                  </Radio>
                ))}
              </Radio.Group>
            </Form.Item>
          )}
          <div className="gx-fields">
            {look.kind === 'orders' && (
              <Form.Item
                name="source"
                label={t('run.source')}
                extra={t('run.source_hint')}
                rules={[{ required: true, message: t('form.required') }]}
              >
                <AutoComplete options={look.sources.map((value) => ({ value }))} maxLength={64} />
              </Form.Item>
            )}
            <Form.Item name="save_mapping" label={t('run.save')} extra={t('run.save_hint')}>
              <Input />
            </Form.Item>
          </div>
        </Form>
      </Panel>
      <RunBar form={id} look={look} busy={run.isPending} error={run.error} />
    </>
  );
}
