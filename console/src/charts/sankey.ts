import type { EChartsCoreOption } from './engine';
import { placeColor, type Dimension, type Palette } from './palette';
import { tip, tipLook } from './tip';

export interface SankeyData {
  /** Left and right places; `key` must be unique over both sides. */
  nodes: { key: string; label: string; side: 'left' | 'right'; place: string; count: string }[];
  links: { source: string; target: string; value: number; title: string; show: string }[];
  /** What the places are. */
  by: Dimension;
  narrow: boolean;
}

/** About how wide a text is at 12 px: a Chinese character is twice as wide as a letter. */
const widthOf = (text: string) => [...text].reduce((sum, one) => sum + (one > '\u2e7f' ? 12 : 6.8), 0);

/** Who went from where to where. */
export function sankeyOption({ nodes, links, by, narrow }: SankeyData) {
  const text = (node: SankeyData['nodes'][number]) => (narrow ? node.label : `${node.label}  ${node.count}`);
  const room = (side: 'left' | 'right') =>
    Math.max(40, ...nodes.filter((node) => node.side === side).map((node) => widthOf(text(node)))) + 14;
  // On a telephone longer names are broken into lines.
  const most = narrow ? 92 : 260;
  return (palette: Palette): EChartsCoreOption => ({
    // Grown from the left, half of it would be cut off for a while.
    animation: false,
    tooltip: {
      ...tipLook(palette),
      trigger: 'item',
      formatter: (params: unknown) => {
        const { dataType, data } = params as { dataType: string; data: { title?: string; show?: string } };
        return dataType === 'edge' ? tip(data.title ?? '', [['', data.show ?? '']]) : tip(data.title ?? '', []);
      },
    },
    series: [
      {
        type: 'sankey',
        left: Math.min(most, room('left')),
        right: Math.min(most, room('right')),
        top: 8,
        bottom: 8,
        nodeWidth: 12,
        nodeGap: 12,
        draggable: false,
        layoutIterations: 0,
        emphasis: { focus: 'adjacency' },
        data: nodes.map((node) => ({
          name: node.key,
          title: `${node.label} · ${node.count}`,
          itemStyle: { color: placeColor(node.place, by, palette.isDark) },
          label: {
            position: node.side,
            color: palette.ink,
            fontSize: 12,
            formatter: text(node),
            width: most - 14,
            overflow: 'break',
          },
        })),
        links,
        lineStyle: { color: 'source', opacity: 0.32, curveness: 0.5 },
      },
    ],
  });
}
