import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { Panel } from '../../ui/Panel';
import { useUndo } from '../../ui/useUndo';
import { freeName } from './cleanRules';
import { RuleList } from './RuleList';

const LIMITS = ['lifecycle', 'limits'];

/** Limits measured in the customer's own rhythm, and the stages they make. */
export function LifecycleRules({ saved, readOnly }: { saved: ReadonlySet<string>; readOnly: boolean }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('rules.lifecycle.title')} lead={t('rules.lifecycle.lead')}>
      <div className="gx-fields">
        <Form.Item
          name={['lifecycle', 'default_rhythm_days']}
          label={t('rules.lifecycle.default')}
          extra={t('rules.lifecycle.default_hint')}
        >
          <InputNumber min={1} max={365} suffix={t('unit.day_word')} className="gx-full" />
        </Form.Item>
      </div>
      <h3>{t('rules.lifecycle.limits')}</h3>
      <Limits />
      <h3 className="gx-note">{t('rules.lifecycle.stages')}</h3>
      <p className="gx-soft gx-small">{t('rules.lifecycle.known')}</p>
      <RuleList path={['lifecycle', 'stages']} kind="stage" saved={saved} readOnly={readOnly} />
    </Panel>
  );
}

function Limits() {
  const { t } = useTranslation();
  const undo = useUndo();
  const form = Form.useFormInstance();
  const limits: Api['Limit'][] = Form.useWatch(LIMITS, { form, preserve: true }) ?? [];
  return (
    <Form.List name={LIMITS}>
      {(fields, { add, remove }, { errors }) => (
        <>
          {fields.map((field, at) => (
            <div className="gx-removable" key={field.key}>
              <div className="gx-fields gx-fields-many">
                <Form.Item name={[field.name, 'name']} label={t('rules.lifecycle.limit_name')}>
                  <Input className="gx-code" />
                </Form.Item>
                {(['rhythms', 'min_days', 'max_days'] as const).map((name) => (
                  <Form.Item key={name} name={[field.name, name]} label={t(`rules.lifecycle.${name}`)}>
                    <InputNumber min={0} max={3650} step={name === 'rhythms' ? 0.5 : 1} className="gx-full" />
                  </Form.Item>
                ))}
              </div>
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined />}
                title={t('rules.remove')}
                aria-label={t('rules.remove')}
                onClick={() => {
                  const gone = limits[at];
                  remove(at);
                  undo(t('rules.removed', { name: gone?.name }), () => add(gone, at));
                }}
              />
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          <Button
            icon={<PlusOutlined />}
            onClick={() => {
              const name = freeName(
                'limit',
                limits.map((limit) => limit.name),
              );
              add({ name, rhythms: 3, min_days: 60, max_days: 270 });
            }}
          >
            {t('rules.add.limit')}
          </Button>
        </>
      )}
    </Form.List>
  );
}
