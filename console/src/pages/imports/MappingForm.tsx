import { QuestionCircleOutlined } from '@ant-design/icons';
import { Collapse, Select, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { Panel } from '../../ui/Panel';
import { AttributesForm } from './AttributesForm';
import { MappingOptions } from './MappingOptions';

interface Props {
  look: Api['Look'];
  onChange: (mapping: Api['Mapping']) => void;
}

/** Which column is which field, and why it is thought so. */
export function MappingForm({ look, onChange }: Props) {
  const { t } = useTranslation();
  const { mapping, fields, columns } = look;
  const attributes = mapping.attributes ?? [];
  const shown = fields.filter((field) => field.required || mapping.columns[field.name]);
  const others = fields.filter((field) => !shown.includes(field));
  const setField = (field: string, column: string | undefined) => {
    const next = { ...mapping.columns };
    if (column) next[field] = column;
    else delete next[field];
    // A column that has a field is no attribute besides.
    onChange({ ...mapping, columns: next, attributes: attributes.filter((one) => one.column !== column) });
  };
  const row = (field: Api['FieldDef']) => (
    <FieldRow
      key={field.name}
      field={field}
      column={mapping.columns[field.name]}
      columns={columns}
      choice={look.choices.find((c) => c.field === field.name)}
      onChange={(column) => setField(field.name, column)}
    />
  );
  return (
    <Panel title={t('mapping.title')} lead={t('mapping.lead')}>
      <div className="gx-mapping">{shown.map(row)}</div>
      <Collapse
        ghost
        size="small"
        items={[
          {
            key: 'more',
            label: t('mapping.more', { count: others.length }),
            children: <div className="gx-mapping">{others.map(row)}</div>,
          },
          ...(look.kind === 'customers'
            ? [
                {
                  key: 'attributes',
                  label: t('attributes.title', { count: attributes.length }),
                  children: (
                    <AttributesForm
                      attributes={attributes}
                      free={look.unmapped}
                      onChange={(next) => onChange({ ...mapping, attributes: next })}
                    />
                  ),
                },
              ]
            : []),
          {
            key: 'options',
            label: t('mapping.options'),
            children: (
              <MappingOptions
                kind={look.kind}
                options={mapping.options ?? {}}
                onChange={(options) => onChange({ ...mapping, options: { ...mapping.options, ...options } })}
              />
            ),
          },
        ]}
      />
      {look.unmapped.length > 0 && (
        <p className="gx-soft gx-small">
          {t('mapping.unmapped', { count: look.unmapped.length, columns: look.unmapped.join(', ') })}
        </p>
      )}
    </Panel>
  );
}

interface RowProps {
  field: Api['FieldDef'];
  column?: string;
  columns: string[];
  choice?: Api['Choice'];
  onChange: (column: string | undefined) => void;
}

function FieldRow({ field, column, columns, choice, onChange }: RowProps) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const label = say(field.label);
  const sure = choice && choice.column === column ? choice : undefined;
  const missing = field.required && !column;
  return (
    <div className="gx-map">
      <span className="gx-map-field">
        {label}
        {field.required && (
          <span className="gx-bad" aria-label={t('form.needed')}>
            {' *'}
          </span>
        )}{' '}
        <Tooltip title={say(field.description)}>
          <QuestionCircleOutlined className="gx-faint" aria-label={say(field.description)} />
        </Tooltip>
      </span>
      <Select
        allowClear
        showSearch
        aria-label={t('mapping.column_of', { field: label })}
        status={missing ? 'error' : undefined}
        placeholder={missing ? t('mapping.choose') : t('mapping.none')}
        value={column}
        options={columns.map((value) => ({ value, label: value }))}
        onChange={onChange}
      />
      <span className="gx-faint gx-small gx-map-why">
        {sure ? t('mapping.sure', { share: format.share(sure.confidence, 0), reason: say(sure.reason) }) : ''}
      </span>
    </div>
  );
}
