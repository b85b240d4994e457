import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';

type Attribute = Api['AttributeMap'];

interface Props {
  attributes: Attribute[];
  /** Columns that could be kept as well. */
  free: string[];
  onChange: (attributes: Attribute[]) => void;
}

/** All types that the contract knows; one more or one less does not compile. */
const TYPES: Record<Api['AttributeType'], true> = { text: true, number: true, date: true, bool: true };

/** Columns of a file of customers that are kept as attributes of the business's own: under what name, as what. */
export function AttributesForm({ attributes, free, onChange }: Props) {
  const { t } = useTranslation();
  const types = (Object.keys(TYPES) as Api['AttributeType'][]).map((value) => ({
    value,
    label: t(`attributes.types.${value}`),
  }));
  const change = (at: number, part: Partial<Attribute>) =>
    onChange(attributes.map((one, i) => (i === at ? { ...one, ...part } : one)));
  return (
    <div className="gx-attributes">
      <p className="gx-soft gx-small">{t('attributes.lead')}</p>
      {attributes.map((one, at) => (
        <div key={one.column} className="gx-attribute">
          <span className="gx-map-field">{one.column}</span>
          <NameInput attribute={one} onChange={(name) => change(at, { name })} />
          <Select
            aria-label={t('attributes.type_of', { column: one.column })}
            value={one.type}
            options={types}
            onChange={(type) => change(at, { type })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('attributes.remove', { column: one.column })}
            onClick={() => onChange(attributes.filter((_, i) => i !== at))}
          />
        </div>
      ))}
      {free.length > 0 && (
        <Select
          showSearch
          className="gx-full"
          aria-label={t('attributes.add')}
          placeholder={t('attributes.add')}
          value={null}
          options={free.map((value) => ({ value, label: value }))}
          onChange={(column: string | null) => {
            if (column) onChange([...attributes, { column, name: column, type: 'text' }]);
          }}
        />
      )}
    </div>
  );
}

/** Taken over when one leaves the field: half a name would be a wrong one. */
function NameInput({ attribute, onChange }: { attribute: Attribute; onChange: (name: string) => void }) {
  const { t } = useTranslation();
  return (
    <Input
      key={attribute.name}
      aria-label={t('attributes.name_of', { column: attribute.column })}
      defaultValue={attribute.name}
      onBlur={(event) => {
        const name = event.target.value.trim();
        if (name && name !== attribute.name) onChange(name);
      }}
      onPressEnter={(event) => event.currentTarget.blur()}
    />
  );
}
