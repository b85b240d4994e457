import { Button, DatePicker, Form, Input, InputNumber, Select, type FormItemProps } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../api/client';
import { useLanguage } from '../hooks/useFormat';
import { useMay } from '../hooks/useMe';
import { codedBy, useCode } from '../ui/useCode';
import { keyOf, kindOf, opsOf, type Filter, type Op } from './filters';

interface Props {
  columns: Api['Column'][];
  onSubmit: (filter: Filter) => void;
}

type Rule = NonNullable<FormItemProps['rules']>[number];

interface Values {
  value?: string | number | string[] | Dayjs;
}

/** Column, operator, value. */
export function FilterForm({ columns, onSubmit }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const [name, setName] = useState(columns.find((c) => c.name === 'monetary')?.name ?? columns[0]?.name ?? '');
  const column = columns.find((c) => c.name === name);
  const may = useMay();
  const { code } = useCode();
  const ops = column ? opsOf(column, may('customers.pii')) : [];
  const [wanted, setOp] = useState<Op>();
  const op = wanted && ops.includes(wanted) ? wanted : ops[0];
  const groups = (['segment', 'trait', 'attribute', 'identity', 'system'] as const)
    .map((kind) => ({
      label: t(`column.kind.${kind}`),
      options: columns.filter((c) => c.kind === kind).map((c) => ({ value: c.name, label: say(c.label) })),
    }))
    .filter((group) => group.options.length > 0);
  if (!column || !op) return null;

  // Codes are shown in words, so words are taken for them.
  const finish = ({ value }: Values) =>
    onSubmit({ column: name, op, value: code(codedBy(name), textOf(value, column, op)) });
  return (
    <Form<Values>
      key={`${name}${op}`}
      layout="vertical"
      className="gx-filter-form"
      onFinish={finish}
      requiredMark={false}
    >
      <Form.Item label={t('filter.column')}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          value={name}
          options={groups}
          onChange={setName}
          aria-label={t('filter.column')}
        />
      </Form.Item>
      <Form.Item label={t('filter.op')}>
        <Select
          value={op}
          onChange={setOp}
          aria-label={t('filter.op')}
          options={ops.map((o) => ({
            value: o,
            label:
              kindOf(column) === 'day' && (o === 'ge' || o === 'le' || o === 'eq')
                ? t(`filter.day.${o}`)
                : t(`filter.ops.${o}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="value" label={t('filter.value')} rules={rules(column)}>
        {input(column, op)}
      </Form.Item>
      <Button type="primary" htmlType="submit" block>
        {t('filter.apply')}
      </Button>
    </Form>
  );

  function input(of: Api['Column'], by: Op) {
    if (by === 'known')
      return <Select options={['yes', 'no'].map((v) => ({ value: v, label: t(`filter.is_known.${v}`) }))} />;
    if (by === 'within') return <InputNumber min={1} max={3650} suffix={t('unit.day_word')} className="gx-full" />;
    const kind = kindOf(of);
    if (kind === 'option')
      return (
        <Select
          mode={by === 'in' ? 'multiple' : undefined}
          options={of.options?.map((o) => ({ value: o.value, label: say(o.label) }))}
        />
      );
    if (kind === 'number')
      return of.unit === 'share' ? (
        <InputNumber min={0} suffix="%" className="gx-full" />
      ) : (
        <InputNumber className="gx-full" />
      );
    if (kind === 'bool')
      return (
        <Select
          options={[
            { value: 'true', label: t('common.yes') },
            { value: 'false', label: t('common.no') },
          ]}
        />
      );
    return kind === 'day' ? <DatePicker className="gx-full" /> : <Input placeholder={keyOf(of)} />;
  }

  function rules(of: Api['Column']): Rule[] {
    const filled: Rule = { required: true, message: t('form.required') };
    const example = keyOf(of);
    if (!example) return [filled];
    // What the server would refuse is told here.
    const form = new RegExp(`^\\s*${example.slice(0, 4)}\\d+\\s*$`);
    return [filled, { pattern: form, message: t('filter.key', { example }) }];
  }
}

/** The value as the server reads it. */
function textOf(value: Values['value'], column: Api['Column'], op: Op): string {
  if (dayjs.isDayjs(value)) return value.format('YYYY-MM-DD');
  if (Array.isArray(value)) return value.join(',');
  if (op === 'within') return `${value}d`;
  if (column.unit === 'share' && typeof value === 'number') return String(Number((value / 100).toFixed(6)));
  return String(value ?? '');
}
