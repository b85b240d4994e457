import { App, Button, Form } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { client as http, type Api } from '../../api/client';
import { toTrouble } from '../../api/problem';
import { useFieldErrors } from '../../forms/useFields';
import { useLeave } from '../../hooks/useLeave';
import { Panel } from '../../ui/Panel';
import { Trouble } from '../../ui/Trouble';
import { GroupRules } from './GroupRules';
import { LifecycleRules } from './LifecycleRules';
import { RfmRules } from './RfmRules';
import { RulesPreview } from './RulesPreview';
import { useDraft } from './useDraft';
import { useSaveRules } from './useSaveRules';
import { ValueRules } from './ValueRules';

type Rules = Api['SegmentSettings'];

/** Edits the rules; what would change is shown while one types. */
export function RulesForm({ rules, etag, readOnly }: { rules: Rules; etag: string; readOnly: boolean }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Rules>();
  const { draft, setDraft, wanted, changed, faults, hidden, preview } = useDraft(rules);
  const save = useSaveRules(rules, etag);
  const saved = useMemo(() => {
    const names = (list: Api['Rule'][]) => new Set(list.map((rule) => rule.name));
    return { groups: names(rules.groups), stages: names(rules.lifecycle.stages) };
  }, [rules]);
  useLeave(changed && !readOnly);
  useFieldErrors(form, faults ?? save.error ?? preview.error);
  const fill = (given: Rules) => {
    form.setFieldsValue(given);
    form.setFieldValue(['rfm', 'bounds'], given.rfm.bounds ?? {});
    setDraft(given);
  };
  const discard = () => {
    form.resetFields();
    setDraft(rules);
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
      onFinish={() => void save.submit(wanted).catch(() => undefined)}
    >
      <div className="gx-grid-wide">
        <div className="gx-stack">
          <RfmRules />
          <GroupRules saved={saved.groups} hidden={hidden} readOnly={readOnly} />
          <ValueRules readOnly={readOnly} />
          <LifecycleRules saved={saved.stages} readOnly={readOnly} />
        </div>
        <div className="gx-sticky">
          <Panel title={t('rules.preview.title')} lead={t('rules.preview.lead')}>
            <RulesPreview changed={changed} faults={faults?.fields.length ?? 0} preview={preview} />
            {save.error ? <Trouble error={save.error} /> : null}
            {save.error && toTrouble(save.error).code === 'outdated' ? (
              <Button onClick={() => void save.reload()}>{t('rules.reload')}</Button>
            ) : null}
            {!readOnly && (
              <Buttons
                canSave={changed && !faults && !preview.error}
                changed={changed}
                busy={save.isPending}
                onDiscard={discard}
                onFill={fill}
              />
            )}
          </Panel>
        </div>
      </div>
    </Form>
  );
}

interface ButtonsProps {
  canSave: boolean;
  changed: boolean;
  busy: boolean;
  onDiscard: () => void;
  onFill: (rules: Rules) => void;
}

/** Save, discard, begin anew with the rules that the product came with. */
function Buttons({ canSave, changed, busy, onDiscard, onFill }: ButtonsProps) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const reset = async () => {
    const { data } = await http.GET('/api/v1/segments/settings/default');
    if (!data) return;
    modal.confirm({
      title: t('rules.default.title'),
      content: t('rules.default.lead'),
      okText: t('rules.default.submit'),
      onOk: () => onFill(data),
    });
  };
  return (
    <div className="gx-actions gx-note">
      <Button type="primary" htmlType="submit" disabled={!canSave} loading={busy}>
        {t('rules.save')}
      </Button>
      <Button disabled={!changed} onClick={onDiscard}>
        {t('rules.discard')}
      </Button>
      <Button type="link" onClick={() => void reset()}>
        {t('rules.default.action')}
      </Button>
    </div>
  );
}

function merge(old: Rules, now: Rules): Rules {
  return { ...old, ...now, rfm: { ...old.rfm, ...now.rfm }, value: { ...old.value, ...now.value } };
}
