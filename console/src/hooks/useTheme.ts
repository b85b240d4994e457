import { useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEMES)[number];

const STORED = 'guanxi.theme';
const dark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : undefined;
const listeners = new Set<() => void>();
dark?.addEventListener('change', () => listeners.forEach((tell) => tell()));

function stored(): ThemeChoice {
  return THEMES.find((t) => t === localStorage.getItem(STORED)) ?? 'system';
}

export function setTheme(choice: ThemeChoice) {
  localStorage.setItem(STORED, choice);
  listeners.forEach((tell) => tell());
}

function subscribe(tell: () => void) {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** The theme chosen, and whether it comes out dark. */
export function useTheme() {
  const choice = useSyncExternalStore(subscribe, stored);
  const system = useSyncExternalStore(subscribe, () => dark?.matches ?? false);
  return { choice, isDark: choice === 'dark' || (choice === 'system' && system) };
}
