import type { Api } from '../../api/client';

type Rules = Api['SegmentSettings'];
type Text = Api['Text'];

/** A text in both languages; what is missing in one is taken from the other. */
const both = (text: Text): Text => ({ en: text.en || text.zh, zh: text.zh || text.en });
const some = (text: Text | null | undefined) => (text && (text.en || text.zh) ? both(text) : undefined);

function ruleOf({ name, label, description, action, when }: Api['Rule']): Api['Rule'] {
  return {
    name,
    label: both(label),
    description: some(description),
    action: some(action),
    when: when?.trim() || undefined,
  };
}

/** What is sent: without the leftovers of editing, which the server refuses. */
export function cleanRules(rules: Rules): Rules {
  const { rfm, groups, value, lifecycle } = rules;
  const { tiers, method } = value;
  const bounds = Object.fromEntries(Object.entries(rfm.bounds ?? {}).filter(([, list]) => list?.length));
  return {
    rfm: { ...rfm, bounds },
    groups: groups.map(ruleOf),
    value: {
      method,
      // The last tier takes the rest; the others have what the method draws by.
      tiers: tiers.map(({ name, label, share, from }, at) => {
        const line = at === tiers.length - 1 ? {} : method === 'pareto' ? { share } : { from };
        return { name, label: both(label), ...line };
      }),
    },
    lifecycle: { ...lifecycle, stages: lifecycle.stages.map(ruleOf) },
  };
}

/** A name that is not taken: `group_2`. */
export function freeName(prefix: string, taken: string[]): string {
  let at = taken.length + 1;
  while (taken.includes(`${prefix}_${at}`)) at += 1;
  return `${prefix}_${at}`;
}
