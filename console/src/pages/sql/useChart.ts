import type { Api } from '../../api/client';
import { useUrl } from '../../hooks/useUrl';

export const KINDS = ['bar', 'line', 'scatter'] as const;
const VIEWS = ['table', 'chart'] as const;

interface Shown {
  view: (typeof VIEWS)[number];
  kind: (typeof KINDS)[number];
  x?: string;
  y: string[];
}

/** How the answer is shown: as the address says, else as the open question was saved. */
export function useChart(saved?: Api['ChartSpec']) {
  const { get, all, set, link } = useUrl();
  const said = get('view') ?? get('chart');
  const spec = said ? undefined : saved;
  const kind = KINDS.find((one) => one === (get('chart') ?? spec?.kind));
  const shown: Shown = {
    view: VIEWS.find((one) => one === get('view')) ?? (kind ? 'chart' : 'table'),
    kind: kind ?? 'bar',
    x: get('x') ?? spec?.x ?? undefined,
    y: all('y').length > 0 ? all('y') : (spec?.y ?? []),
  };
  /** All of it as an address says it: a part alone would hide the rest of what was saved. */
  const address = (change: Partial<Shown> = {}) => {
    const { view, kind: chart, x, y } = { ...shown, ...change };
    return { view, chart, x, y };
  };
  return {
    shown,
    address,
    link: (view: Shown['view']) => link(address({ view })),
    change: (change: Partial<Shown>) => set(address(change), { replace: true }),
    /** To be saved with the question. */
    spec: (): Api['ChartSpec'] =>
      shown.view === 'chart' ? { kind: shown.kind, x: shown.x ?? null, y: shown.y } : { kind: 'none' },
  };
}

/** An address without a chart: what the question was saved with comes to light. */
export const NO_CHART = { view: null, chart: null, x: null, y: null };
