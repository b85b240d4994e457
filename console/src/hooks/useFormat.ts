import { useCallback, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../api/client';
import { formatter } from './format';
import { MeContext } from './useMe';

/** The language in use, and the way to say what comes in both. */
export function useLanguage() {
  const { i18n } = useTranslation();
  const language = i18n.language === 'zh' ? ('zh' as const) : ('en' as const);
  const say = useCallback((text: Api['Text'] | null | undefined) => text?.[language] ?? '', [language]);
  return { language, say };
}

/** Formats for the language in use and the business's currency and clocks. */
export function useFormat() {
  const { language } = useLanguage();
  const business = useContext(MeContext)?.business;
  const currency = business?.currency ?? 'CNY';
  const zone = business?.zone ?? 'UTC';
  return useMemo(() => formatter({ language, currency, zone }), [language, currency, zone]);
}
