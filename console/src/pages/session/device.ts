const BROWSERS = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'] as const;
const SYSTEMS = ['iPhone', 'iPad', 'Android', 'Windows', 'Mac OS', 'Linux'] as const;
const NAMES: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', 'Mac OS': 'macOS' };

/** "Firefox · Windows" of what browsers say about themselves; other programs by their own words. */
export function deviceOf(agent: string): string {
  const found = [BROWSERS.find((name) => agent.includes(name)), SYSTEMS.find((name) => agent.includes(name))];
  return found.flatMap((name) => (name ? [NAMES[name] ?? name] : [])).join(' · ') || agent;
}
