import type { Locale } from 'antd/es/locale';
import dayjs from 'dayjs';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

const STORED = 'guanxi.language';
/** Only the language in use is loaded, with the texts of the components. */
const packs = {
  en: () => import('./en'),
  zh: () => import('./zh'),
};

const loaded = new Map<Language, Locale>();

/** The language chosen here before, else that of the browser. */
export function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export async function startI18n() {
  await i18next.use(initReactI18next).init({
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await setLanguage(firstLanguage());
}

/** Loads and uses a language; keeps the choice in this browser. */
export async function setLanguage(language: Language) {
  const pack = await packs[language]();
  loaded.set(language, pack.components);
  i18next.addResourceBundle(language, 'translation', pack.texts, true, true);
  dayjs.locale(pack.calendar);
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  await i18next.changeLanguage(language);
}

/** The texts of Ant Design's own components. There before the first picture: coming later they would build it all anew. */
export function componentTexts(language: Language): Locale | undefined {
  return loaded.get(language);
}
