import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useUrl } from '../../hooks/useUrl';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { JobTable } from './JobTable';

const STATES = ['all', 'running', 'queued', 'done', 'dead', 'cancelled'] as const;

/** What works in the background. */
export function JobsPage() {
  const { t } = useTranslation();
  const { pick, set } = useUrl();
  const state = pick('state', STATES);
  const params = { query: { filter: state === 'all' ? undefined : [`state:eq:${state}`], limit: 50 } };
  const query = api.useInfiniteQuery('get', '/api/v1/jobs', { params }, { ...paging, refetchInterval: 10_000 });
  return (
    <Page title={t('jobs.title')} lead={t('jobs.lead')}>
      <Panel flush>
        <div className="gx-toolbar">
          <Segmented
            aria-label={t('jobs.state')}
            value={state}
            options={STATES.map((value) => ({ value, label: t(`jobs.states.${value}`) }))}
            onChange={(value) => set({ state: value === 'all' ? null : value }, { replace: true })}
          />
        </div>
        <JobTable
          query={query}
          rows={rowsOf(query.data)}
          total={query.data?.pages[0]?.total}
          empty={<Nothing title={t('jobs.none')} hint={t('jobs.none_hint')} />}
        />
      </Panel>
    </Page>
  );
}
