import type { Api } from '../api/client';
import type { EChartsCoreOption } from './engine';
import type { Palette } from './palette';
import { tip, tipLook } from './tip';

interface Data {
  result: Api['SqlResult'];
  kind: 'bar' | 'line' | 'scatter';
  x: string;
  y: string[];
  /** A day or an instant as people read it. */
  day: (value: string) => string;
  time: (value: string) => string;
  show: (value: number) => string;
  short: (value: number) => string;
}

const MIDNIGHT = /T00:00:00(\.0+)?Z$/;

/** What stands along the axis. Instants that are all the beginning of a day, as `date_trunc` gives them, are days. */
export function stepsOf({ result, x, day, time }: Pick<Data, 'result' | 'x' | 'day' | 'time'>): string[] {
  const at = result.columns.findIndex((c) => c.name === x);
  const type = result.columns[at]?.type;
  const values = result.rows.map((row) => row[at] ?? null);
  const days = type === 'date' || values.every((value) => value === null || MIDNIGHT.test(String(value)));
  return values.map((value) => {
    if (value === null) return '–';
    if (type !== 'date' && type !== 'time') return String(value);
    return days ? day(String(value)) : time(String(value));
  });
}

/** A chart of the columns of an answer. */
export function answerOption({ result, kind, x, y, day, time, show, short }: Data) {
  const at = (name: string) => result.columns.findIndex((c) => c.name === name);
  const steps = stepsOf({ result, x, day, time });
  // Points of days or names stand along the axis as the rows do; those of numbers where these are.
  const measured = kind === 'scatter' && ['int', 'float', 'decimal'].includes(result.columns[at(x)]?.type ?? '');
  const numbers = (name: string) => result.rows.map((row) => (row[at(name)] == null ? null : Number(row[at(name)])));
  const label = (palette: Palette) => ({ color: palette.soft, hideOverlap: true });
  return (palette: Palette): EChartsCoreOption => ({
    color: palette.series,
    animationDuration: 300,
    grid: { left: 8, right: 16, top: 36, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: { top: 0, textStyle: { color: palette.ink } },
    tooltip: {
      trigger: kind === 'scatter' ? 'item' : 'axis',
      ...tipLook(palette),
      formatter: (params: unknown) => {
        const list = (Array.isArray(params) ? params : [params]) as { dataIndex: number; seriesName: string }[];
        const row = list[0]?.dataIndex ?? 0;
        return tip(
          steps[row] ?? '',
          list.map(({ seriesName }) => [seriesName, show(numbers(seriesName)[row] ?? 0)]),
        );
      },
    },
    xAxis: measured
      ? { type: 'value', axisLabel: label(palette), splitLine: { lineStyle: { color: palette.line } } }
      : { type: 'category', data: steps, axisLabel: label(palette), axisTick: { show: false } },
    yAxis: {
      type: 'value',
      axisLabel: { color: palette.soft, formatter: short },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: y.map((name) => ({
      name,
      type: kind,
      barMaxWidth: 36,
      symbolSize: kind === 'scatter' ? 8 : 5,
      data: measured
        ? numbers(name).map((value, row) => [Number(result.rows[row]?.[at(x)] ?? NaN), value])
        : numbers(name),
    })),
  });
}
