import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDebounced } from '../../hooks/useDebounced';
import { useFormat } from '../../hooks/useFormat';
import { useUrl } from '../../hooks/useUrl';
import { ColumnPicker } from '../../table/ColumnPicker';
import { AddFilter } from '../../table/FilterBar';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { CustomerTable } from './CustomerTable';
import { ExportButton } from './ExportButton';
import { Narrowed } from './Narrowed';
import { useCustomerList } from './useCustomerList';

/** All customers, or the set behind a number. */
export function CustomersPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { set } = useUrl();
  const list = useCustomerList();
  const total = list.query.data?.pages[0]?.total;
  return (
    <Page
      title={t('customers.title')}
      mark={total && <span className="gx-faint gx-num">{format.int(total.value)}</span>}
      lead={t('customers.lead')}
    >
      <Panel flush>
        <div className="gx-toolbar">
          <SearchText />
          <AddFilter columns={list.columns} filters={list.asked.filter} onChange={(filter) => set({ filter })} />
          <div className="gx-toolbar-end">
            <ColumnPicker columns={list.columns} shown={list.shown} onChange={list.setColumns} />
            <ExportButton list={list} />
          </div>
        </div>
        <Narrowed list={list} />
        <CustomerTable list={list} />
      </Panel>
    </Page>
  );
}

/** The search, written to the address once it rests. */
function SearchText() {
  const { t } = useTranslation();
  const { get, set } = useUrl();
  const current = get('q') ?? '';
  const [text, setText] = useState(current);
  const settled = useDebounced(text, 300);
  const written = useRef(current);
  useEffect(() => {
    if (settled === written.current) return;
    written.current = settled;
    set({ q: settled || null }, { replace: true });
  }, [settled, set]);
  // Changed by somebody else: a link, "clear all", the way back.
  useEffect(() => {
    if (current === written.current) return;
    written.current = current;
    setText(current);
  }, [current]);
  return (
    <Input
      type="search"
      className="gx-grow"
      prefix={<SearchOutlined aria-hidden />}
      allowClear
      placeholder={t('customers.search')}
      aria-label={t('customers.search')}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
