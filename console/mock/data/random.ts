/** Seeded randomness (mulberry32): the same data at every start. */
export function seeded(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    int: (below: number) => Math.floor(next() * below),
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    chance: (p: number) => next() < p,
    /** Exponential with this mean. */
    wait: (mean: number) => -Math.log(1 - next()) * mean,
    weighted: (weights: number[]) => {
      let at = next() * weights.reduce((a, b) => a + b, 0);
      const found = weights.findIndex((w) => (at -= w) < 0);
      return found < 0 ? weights.length - 1 : found;
    },
  };
}

export type Random = ReturnType<typeof seeded>;
