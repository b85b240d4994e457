import { Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useUrl } from '../../hooks/useUrl';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { AuditTable } from './AuditTable';

/** Areas by what the names of their actions contain. */
const AREAS = {
  auth: 'auth.',
  customer: 'customer.',
  order: 'order.',
  export: '.export',
  import: 'import.',
  segment: 'segment.',
  sql: 'sql.',
  user: 'user.',
  key: 'key.',
  settings: 'settings.',
  backup: 'backup.',
  job: 'job.',
} as const;
const NAMES = [
  'all',
  'auth',
  'customer',
  'order',
  'export',
  'import',
  'segment',
  'sql',
  'user',
  'key',
  'settings',
  'backup',
  'job',
] as const;
const OUTCOMES = ['all', 'done', 'denied', 'failed'] as const;

/** Who did what, newest first. */
export function AuditSection() {
  const { t } = useTranslation();
  const { get, pick, set } = useUrl();
  const area = pick('area', NAMES);
  const outcome = pick('outcome', OUTCOMES);
  const object = get('object');
  const [text, setText] = useState(object ?? '');
  const filter = [
    area !== 'all' && `action:has:${AREAS[area]}`,
    outcome !== 'all' && `outcome:eq:${outcome}`,
    object && `object:has:${object}`,
  ].filter((one): one is string => !!one);
  const query = api.useInfiniteQuery('get', '/api/v1/audit', { params: { query: { filter, limit: 50 } } }, paging);
  return (
    <Panel flush title={t('audit.title')} lead={t('audit.lead')}>
      <div className="gx-toolbar">
        <Select
          aria-label={t('audit.area')}
          value={area}
          popupMatchSelectWidth={false}
          options={NAMES.map((value) => ({ value, label: t(`audit.areas.${value}`) }))}
          onChange={(value) => set({ area: value === 'all' ? null : value }, { replace: true })}
        />
        <Select
          aria-label={t('audit.outcome')}
          value={outcome}
          popupMatchSelectWidth={false}
          options={OUTCOMES.map((value) => ({ value, label: t(`audit.outcomes.${value}`) }))}
          onChange={(value) => set({ outcome: value === 'all' ? null : value }, { replace: true })}
        />
        <Input.Search
          className="gx-grow"
          allowClear
          placeholder={t('audit.object_hint')}
          aria-label={t('audit.object')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onSearch={(value) => set({ object: value.trim() || null }, { replace: true })}
        />
      </div>
      <AuditTable
        query={query}
        rows={rowsOf(query.data)}
        empty={<Nothing title={t('audit.none')} hint={filter.length > 0 && t('audit.none_hint')} />}
      />
    </Panel>
  );
}
