import { DatePicker, Form, Input, InputNumber, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';

/** What an attribute may hold; `null` is nothing. */
export type AttributeValue = string | number | boolean | string[] | null;

/** The value of an attribute as the form holds it. */
export function attributeValue(value: unknown): AttributeValue {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** An empty text or list is nothing. */
export function plainValue(value: AttributeValue | undefined): AttributeValue {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? null : value;
}

const DAY = /^\d{4}-\d\d-\d\d/;

interface Props {
  attribute: Api['Attribute'];
  /** The values that the product knows, where they are few. */
  options?: Api['ColumnOption'][];
}

/** The input that fits the type of an attribute. */
export function AttributeField({ attribute, options }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const shared = { name: ['attributes', attribute.name], label: say(attribute.label) };
  if (options?.length)
    return (
      <Form.Item {...shared}>
        <Select allowClear options={options.map((one) => ({ value: one.value, label: say(one.label) }))} />
      </Form.Item>
    );
  switch (attribute.unit) {
    case 'count':
      return (
        <Form.Item {...shared}>
          <InputNumber className="gx-full" />
        </Form.Item>
      );
    case 'date':
      return (
        <Form.Item
          {...shared}
          // A masked day, `1***`, would be read as some day of 2001.
          getValueProps={(value: string | null) => ({ value: value && DAY.test(value) ? dayjs(value) : null })}
          getValueFromEvent={(day: Dayjs | null) => day?.format('YYYY-MM-DD') ?? null}
        >
          <DatePicker className="gx-full" />
        </Form.Item>
      );
    case 'bool':
      return (
        <Form.Item {...shared}>
          <Select
            allowClear
            options={[
              { value: true, label: t('common.yes') },
              { value: false, label: t('common.no') },
            ]}
          />
        </Form.Item>
      );
    case 'list':
      return (
        <Form.Item {...shared} extra={t('customer.list_hint')}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，', ';', '、']} />
        </Form.Item>
      );
    default:
      return (
        <Form.Item {...shared}>
          <Input maxLength={2000} />
        </Form.Item>
      );
  }
}
