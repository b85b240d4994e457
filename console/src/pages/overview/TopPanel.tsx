import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { rangeText } from '../../hooks/period';
import { useFormat } from '../../hooks/useFormat';
import { usePeriod } from '../../hooks/usePeriod';
import { useUrl } from '../../hooks/useUrl';
import { to } from '../../paths';
import { Change } from '../../ui/Change';
import { Loaded } from '../../ui/Loaded';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { useCode } from '../../ui/useCode';

const BY = ['product', 'category', 'store', 'channel'] as const;

/** What sells most. */
export function TopPanel() {
  const { t } = useTranslation();
  const period = usePeriod();
  const { pick, set } = useUrl();
  const by = pick('top', BY);
  const query = api.useQuery('get', '/api/v1/overview/top', { params: { query: { ...period.query, by, limit: 12 } } });
  return (
    <Panel
      title={t('overview.top.title')}
      lead={t('overview.top.lead')}
      extra={
        <Segmented
          size="small"
          aria-label={t('overview.top.by')}
          value={by}
          options={BY.map((value) => ({ value, label: t(`overview.top.${value}`) }))}
          onChange={(value) => set({ top: value }, { replace: true })}
        />
      }
    >
      <Loaded query={query}>
        {(top) =>
          top.rows.length === 0 ? (
            <Nothing title={t('overview.top.none')} hint={t(`overview.top.none_hint`)} />
          ) : (
            <TopRows top={top} by={by} range={rangeText(period)} />
          )
        }
      </Loaded>
    </Panel>
  );
}

interface RowsProps {
  top: Api['Top'];
  by: (typeof BY)[number];
  range: string;
}

/** The name opens who bought it, the money the orders. */
function TopRows({ top, by, range }: RowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useCode();
  const most = Math.max(1, ...top.rows.map((row) => Number(row.revenue)));
  return (
    <ol className="gx-top-list">
      {top.rows.map((row) => {
        const before = row.before == null ? null : Number(row.before);
        const change = before ? (Number(row.revenue) - before) / before : null;
        const label = by === 'channel' ? word('channel', row.label) : row.label;
        return (
          <li key={row.key}>
            <div className="gx-top-line">
              <Link to={to.list(row.list)} className="gx-table-link" title={label}>
                {label}
              </Link>
              <Link
                className="gx-num"
                to={to.orders({ period: range, [by]: row.key })}
                title={format.money(row.revenue, top.currency)}
                aria-label={t('overview.open', { name: label, value: format.moneyShort(row.revenue) })}
              >
                {format.moneyShort(row.revenue)}
              </Link>
            </div>
            <div className="gx-track" aria-hidden>
              <span className="gx-bar" style={{ width: `${(Number(row.revenue) / most) * 100}%` }} />
            </div>
            <div className="gx-top-line gx-faint gx-small">
              <span>
                {t('overview.top.detail', { share: format.share(row.share), customers: format.int(row.customers) })}
              </span>
              {change !== null && <Change change={change} />}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
