import { Segmented, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { usePeriod } from '../../hooks/usePeriod';
import { useUrl } from '../../hooks/useUrl';
import { PeriodPicker } from '../../layouts/PeriodPicker';
import { to } from '../../paths';
import { Panel } from '../../ui/Panel';
import { LoadedMoves } from './MovesView';

const BY = ['stage', 'group', 'tier'] as const;

/** Who went from where to where between two days. */
export function MovesTab() {
  const { t } = useTranslation();
  const { pick, set } = useUrl();
  const by = pick('by', BY);
  const { from, to: until } = usePeriod();
  const query = api.useQuery('get', '/api/v1/segments/moves', { params: { query: { by, from, to: until } } });
  return (
    <div className="gx-stack">
      <Panel
        title={t('moves.title')}
        lead={t('moves.lead')}
        extra={
          <>
            <Segmented
              aria-label={t('moves.by')}
              value={by}
              options={BY.map((value) => ({ value, label: t(`place.${value}`) }))}
              onChange={(value) => set({ by: value === 'stage' ? null : value }, { replace: true })}
            />
            <PeriodPicker compare={false} />
          </>
        }
      >
        <LoadedMoves query={query} height={440} most={0} />
      </Panel>
      {query.data && query.data.flows.length > 0 && (
        <Panel flush title={t('moves.table')}>
          <MovesTable flows={query.data} />
        </Panel>
      )}
    </div>
  );
}

/** The same as a table, for reading and for who cannot see the picture. */
function MovesTable({ flows }: { flows: Api['Flows'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const label = (name: string) => say(flows.places.find((p) => p.name === name)?.label) || name;
  return (
    <Table<Api['Flow']>
      size="middle"
      rowKey={(flow) => `${flow.from}>${flow.to}`}
      dataSource={flows.flows}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      scroll={{ x: 'max-content' }}
      showSorterTooltip={false}
      columns={[
        { key: 'from', title: t('moves.from'), render: (_, f) => label(f.from) },
        { key: 'to', title: t('moves.to'), render: (_, f) => label(f.to) },
        {
          key: 'customers',
          title: t('place.customers'),
          align: 'right',
          defaultSortOrder: 'descend',
          sorter: (a, b) => a.customers - b.customers,
          render: (_, f) => <Link to={to.list(f.list)}>{format.int(f.customers)}</Link>,
        },
        {
          key: 'revenue',
          title: t('place.revenue'),
          align: 'right',
          sorter: (a, b) => Number(a.revenue) - Number(b.revenue),
          render: (_, f) => <Link to={to.list(f.list)}>{format.money(f.revenue, flows.currency)}</Link>,
        },
      ]}
    />
  );
}
