import { Segmented, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { Panel } from '../../ui/Panel';

interface Props {
  look: Api['Look'];
  name?: string;
  onReading: (reading: Api['Reading']) => void;
  onKind: (kind: Api['FileKind']) => void;
  onSaved: (name: string) => void;
  extra: ReactNode;
}

const KINDS = ['orders', 'customers', 'products'] as const;
/** All that the contract knows, each by name: one more or one less does not compile. */
const ENCODINGS: Record<Api['Encoding'], string> = {
  'utf-8': 'UTF-8',
  'utf-8-bom': 'UTF-8 BOM',
  gb18030: 'GB18030 (GBK)',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252',
};
const SEPARATORS: Record<Api['Separator'], true> = {
  comma: true,
  semicolon: true,
  tab: true,
  bar: true,
  whitespace: true,
};
const names = <T extends string>(all: Record<T, unknown>) => Object.keys(all) as T[];

/** How the file is read; each can be overruled. */
export function ReadingForm({ look, name, onReading, onKind, onSaved, extra }: Props) {
  const { t } = useTranslation();
  const { reading } = look;
  const text = reading.format === 'csv' || reading.format === 'fixed';
  return (
    <Panel title={name ?? t('imports.file')} lead={t('imports.understood')} extra={extra}>
      <div className="gx-reading">
        <label>
          <span>{t('imports.kind')}</span>
          <Segmented
            value={look.kind}
            options={KINDS.map((value) => ({ value, label: t(`imports.kinds.${value}`) }))}
            onChange={onKind}
          />
        </label>
        <div className="gx-reading-fact">
          <span>{t('reading.format')}</span>
          <strong>
            {reading.format?.toUpperCase()}
            {look.compression !== 'none' && ` · ${look.compression}`}
          </strong>
        </div>
        {text && (
          <>
            <Choice
              label={t('reading.encoding')}
              value={reading.encoding ?? undefined}
              options={names(ENCODINGS).map((value) => ({ value, label: ENCODINGS[value] }))}
              onChange={(encoding) => onReading({ encoding })}
            />
            <Choice
              label={t('reading.separator')}
              value={reading.separator ?? undefined}
              options={names(SEPARATORS).map((value) => ({ value, label: t(`reading.separators.${value}`) }))}
              onChange={(separator) => onReading({ separator })}
            />
            <Choice
              label={t('reading.header')}
              value={reading.has_header ? 'yes' : 'no'}
              options={['yes', 'no'].map((value) => ({ value, label: t(`common.${value}`) }))}
              onChange={(value) => onReading({ has_header: value === 'yes' })}
            />
          </>
        )}
        {look.sheets.length > 1 && (
          <Choice
            label={t('reading.sheet')}
            value={reading.sheet ?? undefined}
            options={look.sheets.map((value) => ({ value, label: value }))}
            onChange={(sheet) => onReading({ sheet })}
          />
        )}
        {look.saved_mappings.length > 0 && (
          <Choice
            label={t('reading.saved')}
            options={look.saved_mappings.map((value) => ({ value, label: value }))}
            onChange={onSaved}
          />
        )}
      </div>
    </Panel>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value?: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const { t } = useTranslation();
  return (
    <label>
      <span>{label}</span>
      <Select<T>
        aria-label={label}
        value={value}
        options={options}
        onChange={onChange}
        popupMatchSelectWidth={false}
        placeholder={t('reading.choose')}
      />
    </label>
  );
}
