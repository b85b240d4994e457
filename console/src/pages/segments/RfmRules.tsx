import { Form, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../ui/Panel';

const WINDOWS = ['all', '90d', '180d', '12 months', '24 months'];
const AXES = ['recency', 'frequency', 'monetary'] as const;
const BOUNDS = { recency: 'recency_days', frequency: 'frequency', monetary: 'monetary' } as const;

/** Window, bins, weights, fixed bounds. */
export function RfmRules() {
  const { t } = useTranslation();
  const bounds = (axis: (typeof AXES)[number]) => ['rfm', 'bounds', BOUNDS[axis]];
  return (
    <Panel title={t('rules.rfm.title')} lead={t('rules.rfm.lead')}>
      <div className="gx-fields">
        <Form.Item name={['rfm', 'window']} label={t('rules.rfm.window')} extra={t('rules.rfm.window_hint')}>
          <Select options={WINDOWS.map((value) => ({ value, label: t(`rules.window.${value.replace(' ', '_')}`) }))} />
        </Form.Item>
        <Form.Item name={['rfm', 'bins']} label={t('rules.rfm.bins')} extra={t('rules.rfm.bins_hint')}>
          <InputNumber min={2} max={10} className="gx-full" />
        </Form.Item>
      </div>
      <div className="gx-fields">
        {AXES.map((axis) => (
          <Form.Item key={axis} name={['rfm', 'weights', axis]} label={t(`rules.weight.${axis}`)}>
            <InputNumber min={0} max={10} step={0.5} className="gx-full" />
          </Form.Item>
        ))}
      </div>
      <div className="gx-fields">
        {AXES.map((axis) => (
          <Form.Item
            key={axis}
            name={bounds(axis)}
            label={t(`rules.bounds.${axis}`)}
            extra={t('rules.bounds.hint')}
            getValueFromEvent={(values: string[]) => values.map(Number).filter((n) => !Number.isNaN(n))}
            getValueProps={(value: number[] | null | undefined) => ({ value: (value ?? []).map(String) })}
          >
            <Select
              mode="tags"
              open={false}
              suffixIcon={null}
              tokenSeparators={[',', '，', ' ']}
              placeholder={t('rules.bounds.none')}
            />
          </Form.Item>
        ))}
      </div>
    </Panel>
  );
}
