import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { Chart } from '../../charts/Chart';
import { lineOption } from '../../charts/line';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { to } from '../../paths';
import { Panel } from '../../ui/Panel';
import { useMetricText } from './useMetricText';

const number = (value: string | null | undefined) => (value == null ? null : Number(value));

/** The chosen number over the period, against the comparison. */
export function TrendPanel({ metric, overview }: { metric: Api['Metric']; overview: Api['Overview'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const { full, axis } = useMetricText(metric.unit, overview.currency);
  const name = say(metric.label);
  const { comparison, period, step } = overview;
  const option = useMemo(
    () =>
      lineOption({
        steps: metric.series.map((p) => (step === 'month' ? format.month(p.date) : format.dayShort(p.date))),
        values: metric.series.map((p) => number(p.value)),
        before: comparison ? metric.series.map((p) => number(p.before)) : undefined,
        name,
        beforeName: t('overview.comparison'),
        show: full,
        short: axis,
        bars: metric.unit !== 'share' && metric.series.length <= 31,
      }),
    [metric, comparison, step, name, format, full, axis, t],
  );
  const range = (r: Api['Range']) => `${format.day(r.from)} – ${format.day(r.to)}`;
  const lead = comparison
    ? t('overview.trend.lead', { period: range(period), before: range(comparison), step: t(`overview.step.${step}`) })
    : t('overview.trend.alone', { period: range(period), step: t(`overview.step.${step}`) });
  return (
    <Panel title={name} lead={lead} extra={<Link to={to.list(metric.list)}>{t('overview.list')}</Link>}>
      <Chart option={option} height={260} label={t('overview.trend.label', { name })} />
    </Panel>
  );
}
