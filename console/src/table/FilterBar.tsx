import { FilterOutlined } from '@ant-design/icons';
import { Button, Popover, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../api/client';
import { FilterForm } from './FilterForm';
import { filterText, readFilter, type Filter } from './filters';
import { useFilterText } from './useFilterText';

interface Props {
  columns: Api['Column'][];
  filters: string[];
  onChange: (filters: string[]) => void;
}

/** A button that adds a filter. */
export function AddFilter({ columns, filters, onChange }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const add = (filter: Filter) => {
    setOpen(false);
    onChange([...filters.filter((f) => f !== filterText(filter)), filterText(filter)]);
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      destroyOnHidden
      content={<FilterForm columns={columns.filter((c) => c.filterable)} onSubmit={add} />}
    >
      <Button icon={<FilterOutlined />}>{t('filter.add')}</Button>
    </Popover>
  );
}

/** The filters that hold, each with its way out. */
export function FilterTags({ columns, filters, onChange }: Props) {
  const { t } = useTranslation();
  const words = useFilterText(columns);
  return filters.map((text) => {
    const filter = readFilter(text);
    return (
      <Tag
        key={text}
        closable
        color="processing"
        closeIcon={<span aria-label={t('filter.remove')}>×</span>}
        onClose={() => onChange(filters.filter((f) => f !== text))}
      >
        {filter ? words(filter) : text}
      </Tag>
    );
  });
}
