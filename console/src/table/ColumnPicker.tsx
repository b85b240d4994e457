import { TableOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../api/client';
import { useLanguage } from '../hooks/useFormat';

interface Props {
  columns: Api['Column'][];
  shown: string[];
  onChange: (names: string[] | null) => void;
}

const KINDS = ['segment', 'trait', 'attribute', 'identity', 'system'] as const;

/** Which columns a table shows. */
export function ColumnPicker({ columns, shown, onChange }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const [search, setSearch] = useState('');
  const fits = columns.filter((c) => say(c.label).toLowerCase().includes(search.toLowerCase()));
  const toggle = (name: string, on: boolean) => onChange(on ? [...shown, name] : shown.filter((n) => n !== name));
  const content = (
    <div className="gx-columns">
      <Input
        allowClear
        placeholder={t('column.search')}
        aria-label={t('column.search')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className="gx-columns-list">
        {KINDS.map((kind) => {
          const own = fits.filter((c) => c.kind === kind);
          if (own.length === 0) return null;
          return (
            <fieldset key={kind}>
              <legend>{t(`column.kind.${kind}`)}</legend>
              {own.map((c) => (
                <Checkbox
                  key={c.name}
                  checked={shown.includes(c.name)}
                  onChange={(e) => toggle(c.name, e.target.checked)}
                >
                  {say(c.label)}
                </Checkbox>
              ))}
            </fieldset>
          );
        })}
      </div>
      <Button type="link" size="small" onClick={() => onChange(null)}>
        {t('column.reset')}
      </Button>
    </div>
  );
  return (
    <Popover content={content} trigger="click" placement="bottomRight">
      <Button icon={<TableOutlined />}>{t('column.choose')}</Button>
    </Popover>
  );
}
