/** Colours of charts, readable on both grounds and told apart without red and green alone. */
export interface Palette {
  isDark: boolean;
  series: string[];
  ink: string;
  soft: string;
  line: string;
  ground: string;
  before: string;
  fill: string;
}

const SERIES = ['#0f766e', '#d97706', '#4f6bd8', '#b03a78', '#5b8c1f', '#8a5cd1', '#0891b2', '#a8553a'];
const SERIES_DARK = ['#2fa699', '#e8a33d', '#8199f0', '#e07fb0', '#94c457', '#b394ec', '#3dbdd8', '#d98a6e'];

export function paletteOf(isDark: boolean): Palette {
  return isDark
    ? {
        isDark,
        series: SERIES_DARK,
        ink: 'rgba(255,255,255,0.88)',
        soft: 'rgba(255,255,255,0.62)',
        line: 'rgba(255,255,255,0.12)',
        ground: '#1f2726',
        before: 'rgba(255,255,255,0.42)',
        fill: 'rgba(47,166,153,0.16)',
      }
    : {
        isDark,
        series: SERIES,
        ink: 'rgba(0,0,0,0.88)',
        soft: 'rgba(0,0,0,0.6)',
        line: 'rgba(5,25,23,0.1)',
        ground: '#ffffff',
        before: 'rgba(0,0,0,0.38)',
        fill: 'rgba(15,118,110,0.1)',
      };
}

export type Dimension = 'group' | 'tier' | 'stage';

const PLACES = {
  light: '#0f766e #d97706 #3f63dd #b52f7d #5b8c1f #9a4fd6 #0891b2 #a0522d #1e3a8a #ea6f9c #7a1f2b #a99400 #3fae6a',
  dark: '#2fa699 #f0a12e #7d97f5 #e673b5 #94c457 #b77ff0 #3dc6e8 #cf7f5c #4c66cf #f7bfd6 #b5485a #ecdc6a #4f9a4a',
};
/** Who is nowhere, because he had not bought yet or not in the window, is grey. */
const NOWHERE: Record<string, Record<keyof typeof PLACES, string>> = {
  none: { light: '#8f969f', dark: '#9aa1a8' },
  outside: { light: '#565b63', dark: '#686f76' },
};

/** Which colour the places have that come with the product. */
const OWN: Record<Dimension, Record<string, number>> = {
  tier: { a: 0, b: 1, c: 2 },
  stage: { active: 0, lapsed: 1, new: 2, at_risk: 3, loyal: 4, won_back: 5, prospect: 6 },
  group: {
    champions: 0,
    loyal: 4,
    potential_loyalists: 6,
    new_customers: 2,
    promising: 5,
    need_attention: 1,
    about_to_sleep: 11,
    cannot_lose: 3,
    at_risk: 9,
    hibernating: 7,
    lost: 10,
  },
};

/** The colour of a group, tier or stage: the same on every page. */
export function placeColor(name: string, dimension: Dimension, isDark: boolean): string {
  const theme = isDark ? 'dark' : 'light';
  const nowhere = NOWHERE[name];
  if (nowhere) return nowhere[theme];
  const colors = PLACES[theme].split(' ');
  const own = OWN[dimension][name];
  if (own !== undefined) return colors[own] ?? '';
  // A place of one's own takes a colour that those of the product leave, always the same.
  const left = colors.filter((_, at) => !Object.values(OWN[dimension]).includes(at));
  const sum = [...name].reduce((all, letter) => (all * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  return left[sum % left.length] ?? '';
}
