import { Button, Segmented, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { usePeriod } from '../../hooks/usePeriod';
import { useUrl } from '../../hooks/useUrl';
import { to } from '../../paths';
import { Loaded } from '../../ui/Loaded';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';

const MEASURES = ['customers', 'revenue'] as const;
/** The strongest colour; more would make the figures hard to read. */
const STRONGEST = 0.55;
/** What is shown of a longer period until all of it is asked for. */
const MOST = 13;
const EXTENTS = ['last', 'all'] as const;

/** Who came back in the months after the first purchase. */
export function CohortPanel() {
  const { t } = useTranslation();
  const period = usePeriod();
  const { pick, set } = useUrl();
  const measure = pick('cohort', MEASURES);
  const extent = pick('extent', EXTENTS);
  const { from, to: until } = period;
  const query = api.useQuery('get', '/api/v1/overview/cohorts', { params: { query: { from, to: until } } });
  return (
    <Panel
      title={t('overview.cohorts.title')}
      lead={t(`overview.cohorts.lead_${measure}`)}
      extra={
        <Segmented
          size="small"
          aria-label={t('overview.cohorts.measure')}
          value={measure}
          options={MEASURES.map((value) => ({ value, label: t(`overview.cohorts.${value}`) }))}
          onChange={(value) => set({ cohort: value }, { replace: true })}
        />
      }
    >
      <Loaded query={query} skeleton={<Skeleton active paragraph={{ rows: 9 }} title={false} />}>
        {(cohorts) =>
          cohorts.cohorts.length === 0 ? (
            <Nothing title={t('overview.cohorts.none')} hint={t('overview.cohorts.none_hint')} />
          ) : (
            <>
              <CohortTable cohorts={cohorts} measure={measure} most={extent === 'all' ? Infinity : MOST} />
              {cohorts.months > MOST && (
                <p className="gx-soft gx-note">
                  {extent === 'last' && `${t('overview.cohorts.cut', { count: MOST })} `}
                  <Button
                    type="link"
                    size="small"
                    onClick={() => set({ extent: extent === 'all' ? null : 'all' }, { replace: true })}
                  >
                    {extent === 'all'
                      ? t('overview.cohorts.last', { count: MOST })
                      : t('overview.cohorts.all', { count: cohorts.months })}
                  </Button>
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

interface TableProps {
  cohorts: Api['Cohorts'];
  measure: (typeof MEASURES)[number];
  most: number;
}

function CohortTable({ cohorts, measure, most }: TableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const months = Math.min(cohorts.months, most);
  const share = (cohort: Api['Cohort'], at: number): number | undefined => {
    const counts = measure === 'customers' ? cohort.customers : cohort.revenues.map(Number);
    const base = measure === 'customers' ? cohort.size : Number(cohort.revenues[0]);
    const value = counts[at];
    return value === undefined || !base ? undefined : value / base;
  };
  const top = Math.max(
    0.0001,
    ...cohorts.cohorts.flatMap((c) => c.customers.slice(1).map((_, at) => share(c, at + 1) ?? 0)),
  );
  return (
    <div className="gx-scroll" tabIndex={0} role="group" aria-label={t('overview.cohorts.title')}>
      <table className="gx-heat">
        <thead>
          <tr>
            <th scope="col">{t('overview.cohorts.first')}</th>
            <th scope="col">{t('overview.cohorts.size')}</th>
            {Array.from({ length: months }, (_, at) => (
              <th scope="col" key={at}>
                {at === 0 ? t('overview.cohorts.month_0') : `+${at}`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cohorts.cohorts.slice(-months).map((cohort) => (
            <tr key={cohort.month}>
              <th scope="row">{format.month(cohort.month)}</th>
              <td className="gx-plain">
                <Link to={to.customers({ within: `cohort:${cohort.month}` })}>{format.int(cohort.size)}</Link>
              </td>
              {Array.from({ length: months }, (_, at) => {
                const value = share(cohort, at);
                if (value === undefined) return <td key={at} />;
                const heat = at === 0 ? 0.08 : Math.min(1, value / top) * STRONGEST;
                return (
                  <td key={at} style={{ '--v': heat } as React.CSSProperties} className="gx-hot">
                    <Link
                      to={to.customers({ within: `cohort:${cohort.month}/${at}` })}
                      title={
                        measure === 'customers' ? format.int(cohort.customers[at]) : format.money(cohort.revenues[at])
                      }
                    >
                      {format.share(value, 0)}
                    </Link>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
