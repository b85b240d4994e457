import type { Api } from '../api/client';

/** A text that is the same in both languages. */
export const text = (en: string) => ({ en, zh: en });

/** A rule by its name. */
export const rule = (name: string, when?: string): Api['Rule'] => ({ name, label: text(name), when });

/** Segment rules that hold, with changes. */
export const rules = (change: Partial<Api['SegmentSettings']> = {}): Api['SegmentSettings'] => ({
  rfm: { window: 'all', bins: 5, bounds: {}, weights: { recency: 1, frequency: 1, monetary: 1 } },
  groups: [rule('best', 'r >= 4 and fm >= 4'), rule('rest')],
  value: {
    method: 'pareto',
    tiers: [
      { name: 'a', label: text('A'), share: 0.8 },
      { name: 'b', label: text('B') },
    ],
  },
  lifecycle: {
    default_rhythm_days: 30,
    limits: [{ name: 'lapse', rhythms: 4, min_days: 90, max_days: 365 }],
    stages: [rule('lapsed', 'recency_days > lapse'), rule('active')],
  },
  ...change,
});
