import { Segmented, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useUrl } from '../../hooks/useUrl';
import { Loaded } from '../../ui/Loaded';
import { Panel } from '../../ui/Panel';
import { PlaceTable } from './PlaceTable';
import { RfmGrid } from './RfmGrid';

const AXES = ['f', 'm', 'fm'] as const;
const MEASURES = ['customers', 'revenue'] as const;

/** The grid one clicks into, and the groups it is cut into. */
export function RfmTab({ run }: { run: Api['Run'] }) {
  const { t } = useTranslation();
  const { pick, set } = useUrl();
  const x = pick('x', AXES);
  const measure = pick('measure', MEASURES);
  const query = api.useQuery('get', '/api/v1/segments/runs/{id}/grid', {
    params: { path: { id: run.id }, query: { x } },
  });
  return (
    <div className="gx-stack">
      <Panel
        title={t('grid.title')}
        lead={t('grid.lead')}
        extra={
          <>
            <Segmented
              size="small"
              aria-label={t('grid.axis')}
              value={x}
              options={AXES.map((value) => ({ value, label: t(`grid.x.${value}`) }))}
              onChange={(value) => set({ x: value === 'f' ? null : value }, { replace: true })}
            />
            <Segmented
              size="small"
              aria-label={t('grid.measure')}
              value={measure}
              options={MEASURES.map((value) => ({ value, label: t(`grid.${value}`) }))}
              onChange={(value) => set({ measure: value === 'customers' ? null : value }, { replace: true })}
            />
          </>
        }
      >
        <Loaded query={query} skeleton={<Skeleton active paragraph={{ rows: 10 }} title={false} />}>
          {(grid) => <RfmGrid grid={grid} run={run} measure={measure} />}
        </Loaded>
      </Panel>
      <Panel flush title={t('groups.title')} lead={t('groups.lead')}>
        <PlaceTable run={run} places={run.groups} dimension="group" />
      </Panel>
    </div>
  );
}
