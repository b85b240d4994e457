import { theme, type ThemeConfig } from 'antd';
import type { Language } from '../i18n';

/** Without a Latin font the quotes of a Chinese one would stand in English, as wide as a character. */
const LATIN =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', Arial, 'Liberation Sans', 'DejaVu Sans'";
const HAN =
  "'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC'";
/** Each language's own punctuation: “ ” and · are as wide as a character in Chinese, narrow in English. */
const SANS = { en: `${LATIN}, ${HAN}, sans-serif`, zh: `${HAN}, ${LATIN}, sans-serif` };
const CODE = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'Noto Sans Mono CJK SC', monospace";

/** Ant Design's own look with our colour, and texts dark enough to be read by everybody (WCAG AA). */
export function antTheme(isDark: boolean, language: Language): ThemeConfig {
  const secondary = isDark ? 'rgba(255,255,255,0.72)' : 'rgba(0,0,0,0.66)';
  const faint = isDark ? 'rgba(255,255,255,0.6)' : 'rgba(0,0,0,0.58)';
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: 'gx' },
    hashed: false,
    token: {
      colorPrimary: isDark ? '#38c0b1' : '#0f766e',
      colorInfo: isDark ? '#46d3c2' : '#0f766e',
      colorLink: isDark ? '#4fc3b5' : '#0b6b63',
      colorSuccess: isDark ? '#62d12a' : '#2f7d0b',
      colorWarning: isDark ? '#d89614' : '#a15c00',
      colorError: isDark ? '#ff8f8c' : '#c8242c',
      colorBgLayout: isDark ? '#0e1413' : '#f4f6f6',
      colorTextSecondary: secondary,
      colorTextTertiary: faint,
      colorTextDescription: faint,
      colorTextPlaceholder: faint,
      colorTextDisabled: isDark ? 'rgba(255,255,255,0.52)' : 'rgba(0,0,0,0.55)',
      // The grounds derived from so dark colours would be dull.
      ...(isDark
        ? {}
        : {
            colorPrimaryBg: '#e3f3f1',
            colorPrimaryBgHover: '#d3ece8',
            colorInfoBg: '#e3f3f1',
            colorInfoBorder: '#a9d8d2',
            colorSuccessBg: '#eef8e8',
            colorSuccessBorder: '#b7e0a0',
            colorWarningBg: '#fff6e0',
            colorWarningBorder: '#f3d28b',
            colorErrorBg: '#fdeeed',
            colorErrorBorder: '#f2b8b5',
          }),
      borderRadius: 8,
      fontFamily: SANS[language],
      fontFamilyCode: CODE,
      fontSize: 14,
      wireframe: false,
    },
    components: {
      // White on the lighter colour of the dark theme is too faint.
      Button: isDark ? { primaryColor: '#04110f', dangerColor: '#190303' } : {},
      // A tag without a colour would be as light as the ground of the page.
      Tag: { defaultBg: isDark ? '#2a3231' : '#e6eae9' },
      Table: { headerBg: isDark ? '#1a2120' : '#fafbfb', cellPaddingBlockMD: 10 },
    },
  };
}
