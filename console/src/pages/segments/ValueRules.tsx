import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';
import { Panel } from '../../ui/Panel';
import { useUndo } from '../../ui/useUndo';
import { freeName } from './cleanRules';

const TIERS = ['value', 'tiers'];

/** Value tiers by share of revenue or by fixed amounts. */
export function ValueRules({ readOnly }: { readOnly: boolean }) {
  const { t } = useTranslation();
  const { language, say } = useLanguage();
  const undo = useUndo();
  const form = Form.useFormInstance();
  const method = Form.useWatch<'pareto' | 'fixed'>(['value', 'method'], form);
  const tiers: Api['TierRule'][] = Form.useWatch(TIERS, { form, preserve: true }) ?? [];
  return (
    <Panel title={t('rules.value.title')} lead={t('rules.value.lead')}>
      <Form.Item name={['value', 'method']} label={t('rules.value.method')}>
        <Segmented
          // It does not heed the form's `disabled`.
          disabled={readOnly}
          options={(['pareto', 'fixed'] as const).map((value) => ({ value, label: t(`rules.value.${value}`) }))}
        />
      </Form.Item>
      <Form.List name={TIERS}>
        {(fields, { add, remove }, { errors }) => (
          <>
            {fields.map((field, at) => (
              <div className="gx-removable" key={field.key}>
                <div className="gx-fields">
                  <Form.Item name={[field.name, 'label', language]} label={t('rules.label')}>
                    <Input />
                  </Form.Item>
                  {at === fields.length - 1 ? (
                    <p className="gx-soft gx-rest">{t('rules.value.rest')}</p>
                  ) : (
                    // Both are there, so that what is wrong can be said of either.
                    <>
                      <Form.Item name={[field.name, 'from']} label={t('rules.value.from')} hidden={method !== 'fixed'}>
                        <InputNumber stringMode min="0" className="gx-full" />
                      </Form.Item>
                      <Form.Item
                        name={[field.name, 'share']}
                        label={t('rules.value.share')}
                        hidden={method === 'fixed'}
                        getValueFromEvent={(value: number | null) => (value === null ? null : value / 100)}
                        getValueProps={(value: number | null) => ({
                          value: value == null ? null : Math.round(value * 1000) / 10,
                        })}
                      >
                        <InputNumber min={0.1} max={99.9} suffix="%" className="gx-full" />
                      </Form.Item>
                    </>
                  )}
                </div>
                <Button
                  size="small"
                  type="text"
                  icon={<DeleteOutlined />}
                  disabled={readOnly || fields.length < 2}
                  title={t('rules.remove')}
                  aria-label={t('rules.remove')}
                  onClick={() => {
                    const gone = tiers[at];
                    remove(at);
                    undo(t('rules.removed', { name: say(gone?.label) || gone?.name }), () => add(gone, at));
                  }}
                />
              </div>
            ))}
            <Form.ErrorList errors={errors} />
            <Button
              icon={<PlusOutlined />}
              onClick={() => {
                const name = freeName(
                  'tier',
                  tiers.map((tier) => tier.name),
                );
                // The last one takes the rest and stays the last.
                add({ name, label: { en: '', zh: '' } }, Math.max(0, tiers.length - 1));
              }}
            >
              {t('rules.add.tier')}
            </Button>
          </>
        )}
      </Form.List>
    </Panel>
  );
}
