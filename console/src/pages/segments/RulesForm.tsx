import { keepPreviousData, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, client as http, type Api } from '../../api/client';
import { toTrouble } from '../../api/problem';
import { useFieldErrors } from '../../forms/useFields';
import { useDebounced } from '../../hooks/useDebounced';
import { Panel } from '../../ui/Panel';
import { Trouble } from '../../ui/Trouble';
import { useUndo } from '../../ui/useUndo';
import { checkRules, hiddenGroups } from './checkRules';
import { cleanRules } from './cleanRules';
import { GroupRules } from './GroupRules';
import { LifecycleRules } from './LifecycleRules';
import { RfmRules } from './RfmRules';
import { RulesPreview } from './RulesPreview';
import { useRun } from './useRun';
import { ValueRules } from './ValueRules';

type Rules = Api['SegmentSettings'];

/** Edits the rules; what would change is shown while one types. */
export function RulesForm({ rules, etag, readOnly }: { rules: Rules; etag: string; readOnly: boolean }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const [form] = Form.useForm<Rules>();
  const [draft, setDraft] = useState(rules);
  const wanted = useMemo(() => cleanRules(draft), [draft]);
  const settled = useDebounced(wanted, 500);
  const changed = JSON.stringify(wanted) !== JSON.stringify(cleanRules(rules));
  const faults = useMemo(() => {
    const fields = checkRules(draft).map(({ field, key, values }) => ({
      field,
      message: key === 'required' ? t('form.required') : t(`rules.fault.${key}`, values),
    }));
    return fields.length > 0 ? { code: 'invalid_config', fields } : null;
  }, [draft, t]);
  const hidden = useMemo(() => hiddenGroups(draft.groups), [draft.groups]);
  const saved = useMemo(() => {
    const names = (list: Api['Rule'][]) => new Set(list.map((rule) => rule.name));
    return { groups: names(rules.groups), stages: names(rules.lifecycle.stages) };
  }, [rules]);
  const queries = useQueryClient();
  const undo = useUndo();
  const run = useRun();
  const preview = api.useQuery(
    'post',
    '/api/v1/segments/settings/preview',
    { body: settled },
    { enabled: changed && !faults && settled === wanted, retry: false, placeholderData: keepPreviousData },
  );
  const save = api.useMutation('put', '/api/v1/segments/settings');
  useFieldErrors(form, faults ?? save.error ?? preview.error);

  const reload = () => queries.invalidateQueries({ queryKey: ['get', '/api/v1/segments/settings'] });
  const put = (body: Rules, tag?: string) =>
    save.mutateAsync({ body, params: { header: tag ? { 'If-Match': tag } : {} } }).then(reload);
  const submit = async () => {
    await put(wanted, etag);
    run.mutate({ body: {} });
    undo(t('rules.saved'), () => put(rules).then(() => run.mutate({ body: {} })));
  };
  const reset = async () => {
    const { data } = await http.GET('/api/v1/segments/settings/default');
    if (!data) return;
    modal.confirm({
      title: t('rules.default.title'),
      content: t('rules.default.lead'),
      okText: t('rules.default.submit'),
      onOk: () => {
        form.setFieldsValue(data);
        form.setFieldValue(['rfm', 'bounds'], data.rfm.bounds ?? {});
        setDraft(data);
      },
    });
  };
  return (
    <Form<Rules>
      form={form}
      layout="vertical"
      initialValues={rules}
      disabled={readOnly}
      requiredMark={false}
      // Fields without an input keep their value from `draft`.
      onValuesChange={() => setDraft(merge(draft, form.getFieldsValue(true) as Rules))}
      onFinish={() => void submit().catch(() => undefined)}
    >
      <div className="gx-grid-wide">
        <div className="gx-stack">
          <RfmRules />
          <GroupRules saved={saved.groups} hidden={hidden} />
          <ValueRules />
          <LifecycleRules saved={saved.stages} />
        </div>
        <div className="gx-sticky">
          <Panel title={t('rules.preview.title')} lead={t('rules.preview.lead')}>
            <RulesPreview changed={changed} faults={faults?.fields.length ?? 0} preview={preview} />
            {save.error ? <Trouble error={save.error} /> : null}
            {save.error && toTrouble(save.error).code === 'outdated' ? (
              <Button onClick={() => void reload()}>{t('rules.reload')}</Button>
            ) : null}
            {!readOnly && (
              <div className="gx-actions gx-note">
                <Button
                  type="primary"
                  htmlType="submit"
                  disabled={!changed || !!faults || !!preview.error}
                  loading={save.isPending}
                >
                  {t('rules.save')}
                </Button>
                <Button
                  disabled={!changed}
                  onClick={() => {
                    form.resetFields();
                    setDraft(rules);
                  }}
                >
                  {t('rules.discard')}
                </Button>
                <Button type="link" onClick={() => void reset()}>
                  {t('rules.default.action')}
                </Button>
              </div>
            )}
          </Panel>
        </div>
      </div>
    </Form>
  );
}

function merge(old: Rules, now: Rules): Rules {
  return { ...old, ...now, rfm: { ...old.rfm, ...now.rfm }, value: { ...old.value, ...now.value } };
}
