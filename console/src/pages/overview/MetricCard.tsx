import { InfoCircleOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { to } from '../../paths';
import { Change, isFlat } from '../../ui/Change';
import { Copy } from '../../ui/Copy';
import { Sparkline } from '../../ui/Sparkline';
import { useMetricText } from './useMetricText';

interface Props {
  metric: Api['Metric'];
  currency: string;
  /** Where the history begins, when the comparison lies so near that it says nothing. */
  since?: string;
  chosen: boolean;
  onChoose: () => void;
}

/** One number: what it is, how much, against before, over time; opens as its list. */
export function MetricCard({ metric, currency, since, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const { short, full } = useMetricText(metric.unit, currency);
  const label = say(metric.label);
  // A digit more where now and before would look the same beside a change.
  const fine =
    metric.unit === 'share' &&
    metric.change != null &&
    !isFlat(metric.change) &&
    short(metric.value ?? 0) === short(metric.before ?? 0);
  const brief = fine ? full : short;
  const known = metric.value !== null && metric.value !== undefined;
  return (
    <div role="group" className={chosen ? 'gx-metric gx-chosen' : 'gx-metric'} aria-label={label}>
      <div className="gx-metric-head">
        <button type="button" className="gx-metric-name" aria-pressed={chosen} onClick={onChoose}>
          {label}
        </button>
        <Popover content={<Definition metric={metric} />} trigger="click" placement="bottom">
          <Button
            type="text"
            size="small"
            shape="circle"
            icon={<InfoCircleOutlined />}
            aria-label={t('overview.what', { name: label })}
          />
        </Popover>
      </div>
      <Link
        className="gx-metric-value"
        to={to.list(metric.list)}
        title={known ? full(metric.value ?? 0) : undefined}
        aria-label={t('overview.open', { name: label, value: known ? brief(metric.value ?? 0) : '–' })}
      >
        {known ? brief(metric.value ?? 0) : '–'}
      </Link>
      <div className="gx-metric-foot">
        <Against metric={metric} since={since} digits={fine ? 2 : undefined} brief={brief} />
      </div>
      <Sparkline
        values={metric.series.map((p) => (p.value == null ? null : Number(p.value)))}
        width={220}
        height={36}
      />
    </div>
  );
}

interface AgainstProps extends Pick<Props, 'metric' | 'since'> {
  digits?: number;
  brief: (value: number | string) => string;
}

/** How it stands against before. */
function Against({ metric, since, digits, brief }: AgainstProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (since) return <span className="gx-faint">{t('overview.young', { month: format.month(since) })}</span>;
  const before = metric.before == null ? null : t('overview.before', { value: brief(metric.before) });
  // From nothing there is no rate of growth, but it is known that it was nothing.
  if (metric.change == null && before) return <span className="gx-faint">{before}</span>;
  return (
    <span>
      <Change
        change={metric.change}
        points={metric.unit === 'share'}
        digits={digits}
        better={metric.better === 'down' ? 'down' : 'up'}
      />
      {before && <span className="gx-faint"> {before}</span>}
    </span>
  );
}

function Definition({ metric }: { metric: Api['Metric'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const may = useMay();
  return (
    <div className="gx-definition">
      <p>{say(metric.description)}</p>
      <p>
        <strong>{t('overview.formula')}</strong> {say(metric.formula)}
      </p>
      <pre>{metric.sql}</pre>
      <div className="gx-actions">
        <Copy text={metric.sql} label={t('common.copy')} />
        {may('sql.run') && <Link to={to.sql({ sql: metric.sql })}>{t('overview.in_sql')}</Link>}
      </div>
    </div>
  );
}
