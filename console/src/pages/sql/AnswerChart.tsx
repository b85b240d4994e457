import { Segmented, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { answerOption } from '../../charts/answer';
import { Chart } from '../../charts/Chart';
import { useFormat } from '../../hooks/useFormat';
import { Nothing } from '../../ui/Nothing';
import { isNumber } from '../data/ResultTable';
import { KINDS, type useChart } from './useChart';

/** A chart of the answer: one column across, numbers up. */
export function AnswerChart({ result, chart }: { result: Api['SqlResult']; chart: ReturnType<typeof useChart> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { kind } = chart.shown;
  const numbers = result.columns.filter(isNumber).map((c) => c.name);
  const names = result.columns.map((c) => c.name);
  const x = names.find((n) => n === chart.shown.x) ?? result.columns.find((c) => !isNumber(c))?.name ?? names[0] ?? '';
  const wanted = chart.shown.y.filter((n) => numbers.includes(n)).join('\n');
  const usual = numbers.filter((n) => n !== x)[0] ?? '';
  const y = useMemo(() => (wanted || usual).split('\n').filter(Boolean), [wanted, usual]);
  const option = useMemo(
    () =>
      answerOption({
        result,
        kind,
        x,
        y,
        day: format.day,
        time: format.time,
        show: (value) => format.decimal(value, 4),
        short: (v) => format.compact(v),
      }),
    [result, kind, x, y, format],
  );
  if (numbers.length === 0 || result.rows.length === 0)
    return <Nothing title={t('sql.no_chart')} hint={t('sql.no_chart_hint')} />;
  const options = (list: string[]) => list.map((value) => ({ value, label: value }));
  return (
    <>
      <div className="gx-actions gx-chart-tools">
        <Segmented
          aria-label={t('sql.kind')}
          value={kind}
          options={KINDS.map((value) => ({ value, label: t(`sql.kinds.${value}`) }))}
          onChange={(value) => chart.change({ kind: value })}
        />
        <label>
          {t('sql.x')}{' '}
          <Select
            aria-label={t('sql.x')}
            value={x}
            options={options(names)}
            popupMatchSelectWidth={false}
            onChange={(value) => chart.change({ x: value })}
          />
        </label>
        <label>
          {t('sql.y')}{' '}
          <Select
            aria-label={t('sql.y')}
            mode="multiple"
            className="gx-chart-y"
            value={y}
            options={options(numbers)}
            onChange={(value: string[]) => chart.change({ y: value })}
          />
        </label>
      </div>
      <Chart option={option} height={360} label={t('sql.chart')} />
    </>
  );
}
