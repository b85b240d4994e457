import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../hooks/useFormat';

export type Coded = 'channel' | 'language' | 'country';

/** Columns, attributes and fields of orders whose values are codes. */
const CODED: Record<string, Coded> = {
  channel: 'channel',
  top_channel: 'channel',
  language: 'language',
  country: 'country',
};
export const codedBy = (name: string): Coded | undefined => (Object.hasOwn(CODED, name) ? CODED[name] : undefined);

const CHANNELS = 'app email mini_program offline online phone store shop wechat web'.split(' ');
const LANGUAGES = 'ar de en es fr hi id it ja ko ms nl pl pt ru th tr uk vi zh zh-CN zh-TW zh-HK'.split(' ');
const FORMS = { language: /^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/, country: /^[A-Z]{2}$/ };

/** Codes in words, where they are known; whatever is not known stays as it is. And back, for who types a word. */
export function useCode() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const word = useCallback(
    (kind: Coded | undefined, code: string): string => {
      if (kind === 'channel') return CHANNELS.includes(code) ? t(`code.channel.${code}`) : code;
      if (!kind || !FORMS[kind].test(code)) return code;
      const type = kind === 'country' ? 'region' : kind;
      try {
        return new Intl.DisplayNames([language], { type, fallback: 'code' }).of(code.replaceAll('_', '-')) ?? code;
      } catch {
        return code;
      }
    },
    [t, language],
  );
  const code = useCallback(
    (kind: Coded | undefined, text: string): string => {
      const known = { channel: CHANNELS, language: LANGUAGES, country: [] };
      const typed = text.trim().toLowerCase();
      return (kind && known[kind].find((one) => word(kind, one).toLowerCase() === typed)) ?? text;
    },
    [word],
  );
  return { word, code };
}

/** The value of a column by its name, in words where it is a known code. */
export function useInWords() {
  const { word } = useCode();
  return <T>(name: string, value: T): T | string => {
    const coded = codedBy(name);
    return coded && typeof value === 'string' ? word(coded, value) : value;
  };
}
