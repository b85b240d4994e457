/** Colours of charts, readable on both grounds and told apart without red and green alone. */
export interface Palette {
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
        series: SERIES_DARK,
        ink: 'rgba(255,255,255,0.88)',
        soft: 'rgba(255,255,255,0.62)',
        line: 'rgba(255,255,255,0.12)',
        ground: '#1f2726',
        before: 'rgba(255,255,255,0.42)',
        fill: 'rgba(47,166,153,0.16)',
      }
    : {
        series: SERIES,
        ink: 'rgba(0,0,0,0.88)',
        soft: 'rgba(0,0,0,0.6)',
        line: 'rgba(5,25,23,0.1)',
        ground: '#ffffff',
        before: 'rgba(0,0,0,0.38)',
        fill: 'rgba(15,118,110,0.1)',
      };
}

/** The places that come with the product, in their order; those of one's own come behind. */
const PLACES = [
  ['a', 'b', 'c'],
  ['active', 'lapsed', 'new', 'at_risk', 'loyal', 'won_back', 'prospect', 'outside', 'none'],
  ['champions', 'new_customers', 'promising', 'potential_loyalists', 'need_attention', 'about_to_sleep', 'cannot_lose'],
];

/** The colour of a group, tier or stage: the same on every page. */
export function placeColor(name: string, { series }: Palette): string {
  const at = Math.max(...PLACES.map((names) => names.indexOf(name)));
  const place = at >= 0 ? at : [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
  return series[place % series.length] ?? '';
}
