import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useUrl } from '../../hooks/useUrl';
import { FilterTags } from '../../table/FilterBar';
import type { useCustomerList } from './useCustomerList';

/** What the list is narrowed to, in words, each with its way out. */
export function Narrowed({ list }: { list: ReturnType<typeof useCustomerList> }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const { set } = useUrl();
  const { within: asked, filter } = list.asked;
  const within = list.query.data?.pages[0]?.within;
  if (!asked && filter.length === 0) return null;
  return (
    <div className="gx-narrowed">
      <span className="gx-faint">{t('filter.shown')}</span>
      {asked && (
        <Tag
          closable
          color="geekblue"
          closeIcon={<span aria-label={t('filter.remove')}>×</span>}
          onClose={() => set({ within: null })}
        >
          {within ? `${say(within.label)} · ${format.int(within.customers)}` : asked}
        </Tag>
      )}
      <FilterTags columns={list.columns} filters={filter} onChange={(next) => set({ filter: next })} />
      <Button type="link" size="small" onClick={() => set({ within: null, filter: null })}>
        {t('filter.clear')}
      </Button>
    </div>
  );
}
