import type { EChartsCoreOption } from './engine';
import type { Palette } from './palette';
import { tip, tipLook } from './tip';

export interface LineData {
  steps: string[];
  values: (number | null)[];
  before?: (number | null)[];
  name: string;
  beforeName: string;
  show: (value: number) => string;
  short: (value: number) => string;
  bars?: boolean;
}

/** One number over time, with the comparison as a dashed line behind it. */
export function lineOption(data: LineData) {
  return (palette: Palette): EChartsCoreOption => ({
    animationDuration: 300,
    grid: { left: 8, right: 12, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      ...tipLook(palette),
      formatter: (params: unknown) => {
        const at = (params as { dataIndex: number }[])[0]?.dataIndex ?? 0;
        const rows: [string, string][] = [];
        const [value, before] = [data.values[at], data.before?.[at]];
        if (value !== null && value !== undefined) rows.push([data.name, data.show(value)]);
        if (before !== null && before !== undefined) rows.push([data.beforeName, data.show(before)]);
        return tip(data.steps[at] ?? '', rows);
      },
    },
    xAxis: {
      type: 'category',
      data: data.steps,
      boundaryGap: data.bars ?? false,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.soft, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { color: palette.soft, formatter: data.short },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: [
      {
        type: data.bars ? 'bar' : 'line',
        data: data.values,
        showSymbol: data.values.length < 20,
        symbolSize: 6,
        barMaxWidth: 28,
        lineStyle: { width: 2.2, color: palette.series[0] },
        itemStyle: { color: palette.series[0], borderRadius: data.bars ? [3, 3, 0, 0] : 0 },
        areaStyle: data.bars ? undefined : { color: palette.fill },
      },
      ...(data.before
        ? [
            {
              type: 'line',
              data: data.before,
              showSymbol: false,
              lineStyle: { width: 1.6, type: 'dashed', color: palette.before },
              itemStyle: { color: palette.before },
              z: 1,
            },
          ]
        : []),
    ],
  });
}
