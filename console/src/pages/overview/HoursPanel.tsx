import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { rangeText } from '../../hooks/period';
import { useFormat } from '../../hooks/useFormat';
import { usePeriod } from '../../hooks/usePeriod';
import { useUrl } from '../../hooks/useUrl';
import { to } from '../../paths';
import { Loaded } from '../../ui/Loaded';
import { Panel } from '../../ui/Panel';

const MEASURES = ['revenue', 'orders'] as const;
const DAYS = [1, 2, 3, 4, 5, 6, 7];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** When they buy: weekday by hour. */
export function HoursPanel() {
  const { t } = useTranslation();
  const { from, to: until } = usePeriod();
  const { pick, set } = useUrl();
  const measure = pick('hours', MEASURES);
  const query = api.useQuery('get', '/api/v1/overview/hours', { params: { query: { from, to: until } } });
  return (
    <Panel
      title={t('overview.hours.title')}
      lead={t('overview.hours.lead')}
      extra={
        <Segmented
          size="small"
          aria-label={t('overview.hours.measure')}
          value={measure}
          options={MEASURES.map((value) => ({ value, label: t(`overview.hours.${value}`) }))}
          onChange={(value) => set({ hours: value }, { replace: true })}
        />
      }
    >
      <Loaded query={query}>
        {(hours) => <HourGrid hours={hours} measure={measure} range={rangeText({ from, to: until })} />}
      </Loaded>
    </Panel>
  );
}

interface GridProps {
  hours: Api['Hours'];
  measure: (typeof MEASURES)[number];
  range: string;
}

function HourGrid({ hours, measure, range }: GridProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const value = (cell: Api['HourCell'] | undefined) =>
    !cell ? 0 : measure === 'orders' ? cell.orders : Math.max(0, Number(cell.revenue));
  const top = Math.max(1, ...hours.cells.map(value));
  const at = new Map(hours.cells.map((cell) => [`${cell.weekday}-${cell.hour}`, cell]));
  const best = hours.cells.reduce<Api['HourCell'] | undefined>((a, b) => (value(b) > value(a) ? b : a), undefined);
  const list = ({ weekday, hour }: Api['HourCell']) =>
    to.orders({ period: range, weekday, hour, kind: measure === 'orders' ? 'sale' : null });
  return (
    <>
      <div className="gx-scroll" tabIndex={0} role="group" aria-label={t('overview.hours.title')}>
        <table className="gx-heat gx-hours">
          <thead>
            <tr>
              <td />
              {HOURS.map((hour) => (
                <th scope="col" key={hour}>
                  {hour % 3 === 0 ? hour : <span className="gx-hidden">{hour}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {DAYS.map((day) => (
              <tr key={day}>
                <th scope="row">{format.weekday(day)}</th>
                {HOURS.map((hour) => {
                  const cell = at.get(`${day}-${hour}`);
                  if (!cell) return <td key={hour} className="gx-cold" />;
                  const words = t('overview.hours.cell', {
                    day: format.weekday(day, 'long'),
                    hour,
                    next: hour + 1,
                    orders: format.int(cell.orders),
                    revenue: format.money(cell.revenue, hours.currency),
                  });
                  return (
                    <td
                      key={hour}
                      className="gx-hot"
                      style={{ '--v': 0.04 + (value(cell) / top) * 0.92 } as React.CSSProperties}
                    >
                      <Link to={list(cell)} title={words} aria-label={words} />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {best && (
        <p className="gx-soft gx-note">
          <Link to={list(best)}>
            {t('overview.hours.best', {
              day: format.weekday(best.weekday, 'long'),
              hour: best.hour,
              next: best.hour + 1,
              orders: format.int(best.orders),
              revenue: format.money(best.revenue, hours.currency),
            })}
          </Link>
        </p>
      )}
    </>
  );
}
