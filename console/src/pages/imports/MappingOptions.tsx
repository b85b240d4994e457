import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';

interface Props {
  kind: Api['FileKind'];
  options: Api['MappingOptions'];
  onChange: (options: Api['MappingOptions']) => void;
}

const DATES = ['year-first', 'day-first', 'month-first', 'excel-serial', 'unix-seconds', 'unix-millis'] as const;
const TEXTS = ['return_prefix', 'return_values', 'adjustment_prefix', 'adjustment_words', 'adjustment_values'] as const;

/** Forms of dates and numbers, and what marks a return. */
export function MappingOptions({ kind, options, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Form layout="vertical" component="div" className="gx-fields">
      <Form.Item label={t('option.date')}>
        <Select
          aria-label={t('option.date')}
          value={options.date ?? undefined}
          options={DATES.map((value) => ({ value, label: t(`option.dates.${value}`) }))}
          onChange={(date) => onChange({ date })}
        />
      </Form.Item>
      <Form.Item label={t('option.decimal')}>
        <Select
          aria-label={t('option.decimal')}
          value={options.decimal ?? undefined}
          options={(['point', 'comma'] as const).map((value) => ({ value, label: t(`option.decimals.${value}`) }))}
          onChange={(decimal) => onChange({ decimal })}
        />
      </Form.Item>
      <Form.Item label={t('option.zone')}>
        <TextOption name="zone" options={options} onChange={onChange} placeholder="Asia/Shanghai" />
      </Form.Item>
      <Form.Item label={t('option.currency')}>
        <TextOption name="currency" options={options} onChange={onChange} placeholder="CNY" />
      </Form.Item>
      {kind === 'orders' &&
        TEXTS.map((name) => (
          <Form.Item key={name} label={t(`option.${name}`)}>
            <TextOption name={name} options={options} onChange={onChange} />
          </Form.Item>
        ))}
      {kind === 'orders' && (
        <Form.Item label={t('option.return_by_sign')}>
          <Select
            aria-label={t('option.return_by_sign')}
            allowClear
            value={options.return_by_sign == null ? undefined : options.return_by_sign ? 'yes' : 'no'}
            options={['yes', 'no'].map((value) => ({ value, label: t(`option.by_sign.${value}`) }))}
            onChange={(value?: string) => onChange({ return_by_sign: value === undefined ? null : value === 'yes' })}
          />
        </Form.Item>
      )}
    </Form>
  );
}

interface TextProps {
  name: (typeof TEXTS)[number] | 'zone' | 'currency';
  options: Api['MappingOptions'];
  onChange: (options: Api['MappingOptions']) => void;
  placeholder?: string;
}

/** Taken over when one leaves the field: half a word would be a wrong option. */
function TextOption({ name, options, onChange, placeholder }: TextProps) {
  const { t } = useTranslation();
  return (
    <Input
      key={options[name] ?? ''}
      aria-label={t(`option.${name}`)}
      placeholder={placeholder}
      defaultValue={options[name] ?? ''}
      onBlur={(event) => {
        const value = event.target.value.trim() || null;
        if (value !== (options[name] ?? null)) onChange({ [name]: value });
      }}
      onPressEnter={(event) => event.currentTarget.blur()}
    />
  );
}
