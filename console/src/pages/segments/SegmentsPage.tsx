import { PlayCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api } from '../../api/client';
import { toTrouble } from '../../api/problem';
import { useFormat } from '../../hooks/useFormat';
import { useKeptPeriod } from '../../hooks/keptPeriod';
import { useMay, useMe } from '../../hooks/useMe';
import { to, type SegmentView } from '../../paths';
import { LinkTabs } from '../../ui/LinkTabs';
import { Loaded } from '../../ui/Loaded';
import { Nothing } from '../../ui/Nothing';
import { NothingYet } from '../../ui/NothingYet';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { MovesTab } from './MovesTab';
import { PlacesTab } from './PlacesTab';
import { RfmTab } from './RfmTab';
import { RulesTab } from './RulesTab';
import { RunsTab } from './RunsTab';
import { useRun } from './useRun';

const VIEWS = ['rfm', 'value', 'lifecycle', 'moves', 'runs', 'rules'] as const satisfies SegmentView[];

/** Who belongs where. */
export function SegmentsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const { has_data } = useMe();
  const params = useParams();
  const { period } = useKeptPeriod();
  const view = VIEWS.find((one) => one === params.view) ?? 'rfm';
  const query = api.useQuery(
    'get',
    '/api/v1/segments/runs/{id}',
    { params: { path: { id: 'latest' } } },
    { retry: false },
  );
  const run = query.data;
  const start = useRun();
  const button = may('segments.write') && (
    <Button
      type={run?.stale || !run ? 'primary' : 'default'}
      icon={<PlayCircleOutlined />}
      loading={start.isPending}
      onClick={() => start.mutate({ body: {} })}
    >
      {t('segments.run')}
    </Button>
  );
  const none = query.error && toTrouble(query.error).code === 'not_found';
  const content = () => {
    if (view === 'rules') return <RulesTab />;
    if (view === 'runs') return <RunsTab />;
    if (!has_data)
      return (
        <Panel>
          <NothingYet />
        </Panel>
      );
    if (view === 'moves') return <MovesTab />;
    if (none)
      return (
        <Panel>
          <Nothing title={t('segments.none')} hint={t('segments.none_hint')} action={button} />
        </Panel>
      );
    return (
      <Loaded query={query}>
        {(latest) => {
          if (view === 'rfm') return <RfmTab run={latest} />;
          const places = view === 'value' ? latest.tiers : latest.stages;
          return <PlacesTab run={latest} places={places} dimension={view === 'value' ? 'tier' : 'stage'} />;
        }}
      </Loaded>
    );
  };
  return (
    <Page
      title={t('segments.title')}
      lead={
        run &&
        t(run.stale ? 'segments.lead_stale' : 'segments.lead', {
          day: format.day(run.as_of),
          customers: format.int(run.customers),
          buyers: format.int(run.buyers),
        })
      }
      actions={button}
    >
      <LinkTabs
        label={t('segments.title')}
        active={view}
        items={VIEWS.map((key) => ({
          key,
          label: t(`segments.tab.${key}`),
          to: to.segments(key, key === 'moves' ? { period } : {}),
        }))}
      />
      {content()}
    </Page>
  );
}
