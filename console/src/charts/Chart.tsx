import { Skeleton } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTheme } from '../hooks/useTheme';
import type { ECharts, EChartsCoreOption } from './engine';
import { paletteOf, type Palette } from './palette';

interface Props {
  /** Makes the option; memoise it with its data. */
  option: (palette: Palette) => EChartsCoreOption;
  height: number;
  /** What it shows, for who cannot see it. */
  label: string;
  /** Called with the `value` that the clicked item carries in its `name`. */
  onPick?: (params: { name: string; dataType?: string; data: unknown }) => void;
}

/** A chart. The engine comes when the first one is shown. */
export function Chart({ option, height, label, onPick }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const pick = useRef(onPick);
  const [ready, setReady] = useState(false);
  const { isDark } = useTheme();
  useEffect(() => {
    pick.current = onPick;
  });

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let gone = false;
    const watch = new ResizeObserver(() => chart.current?.resize());
    void import('./engine').then(({ init }) => {
      if (gone) return;
      const made = init(element, undefined, { renderer: 'canvas' });
      made.on('click', (params) => pick.current?.(params as Parameters<NonNullable<Props['onPick']>>[0]));
      chart.current = made;
      watch.observe(element);
      setReady(true);
    });
    return () => {
      gone = true;
      watch.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    if (ready) chart.current?.setOption(option(paletteOf(isDark)), { notMerge: true });
  }, [ready, option, isDark]);

  return (
    <div className="gx-chart" style={{ height }} role="img" aria-label={label}>
      {!ready && <Skeleton.Node active style={{ width: '100%', height: height - 8 }} className="gx-chart-wait" />}
      <div ref={box} style={{ height: ready ? height : 0 }} />
    </div>
  );
}
