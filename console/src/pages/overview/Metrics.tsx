import { Skeleton } from 'antd';
import { api } from '../../api/client';
import { usePeriod } from '../../hooks/usePeriod';
import { useUrl } from '../../hooks/useUrl';
import { Loaded } from '../../ui/Loaded';
import { MetricCard } from './MetricCard';
import { TrendPanel } from './TrendPanel';
import { isYoung, NEEDS_HISTORY, useHistoryStart } from './useHistoryStart';

const COUNT = 8;

/** The numbers of the period, and one of them at length. */
export function Metrics() {
  const period = usePeriod();
  const { get, set } = useUrl();
  const start = useHistoryStart();
  const query = api.useQuery('get', '/api/v1/overview', { params: { query: period.query } });
  const skeleton = (
    <div className="gx-metrics">
      {Array.from({ length: COUNT }, (_, at) => (
        <div className="gx-metric" key={at}>
          <Skeleton active title={{ width: '60%' }} paragraph={{ rows: 2 }} />
        </div>
      ))}
    </div>
  );
  return (
    <Loaded query={query} skeleton={skeleton}>
      {(overview) => {
        const chosen = overview.metrics.find((m) => m.name === get('metric')) ?? overview.metrics[0];
        const young = isYoung(overview.comparison, start);
        return (
          <>
            <div className="gx-metrics">
              {overview.metrics.map((metric) => (
                <MetricCard
                  key={metric.name}
                  metric={metric}
                  currency={overview.currency}
                  since={young && NEEDS_HISTORY.has(metric.name) ? start : undefined}
                  chosen={metric === chosen}
                  onChoose={() => set({ metric: metric.name }, { replace: true })}
                />
              ))}
            </div>
            {chosen && <TrendPanel metric={chosen} overview={overview} />}
          </>
        );
      }}
    </Loaded>
  );
}
