import type { Api } from '../api/client';
import { to, type SegmentView, type SettingsSection } from '../paths';
import { STAGES } from './stages';

export interface Place {
  path: string;
  /** The text that names it. */
  name: string;
  /** What else it is looked for by, also in the other language. */
  words: string;
  needs?: Api['Permission'];
}

const VIEWS: SegmentView[] = ['value', 'lifecycle', 'moves', 'rules'];
const SECTIONS: [SettingsSection, Api['Permission']][] = [
  ['users', 'users.manage'],
  ['roles', 'settings.read'],
  ['keys', 'keys.manage'],
  ['audit', 'audit.read'],
  ['backups', 'backup.run'],
  ['health', 'upkeep.run'],
];

/** Every page that can be searched for. */
export const PLACES: Place[] = [
  ...STAGES.flat().map(({ key, path, needs }) => ({ path, name: `nav.${key}`, words: key as string, needs })),
  { path: to.orders(), name: 'orders.title', words: 'orders', needs: 'customers.read' },
  { path: to.importNew(), name: 'imports.new', words: 'import_new', needs: 'import.run' },
  { path: to.quality(), name: 'quality.title', words: 'quality', needs: 'insight.read' },
  ...VIEWS.map((view) => ({
    path: to.segments(view),
    name: `segments.tab.${view}`,
    words: view as string,
    needs: 'segments.read' as const,
  })),
  ...SECTIONS.map(([section, needs]) => ({
    path: to.settings(section),
    name: `settings.tab.${section}`,
    words: section as string,
    needs,
  })),
  { path: to.account(), name: 'shell.account', words: 'account' },
];

/** Whether a name, or one of the words beside it, holds every part of what was typed. */
export function fits(text: string, name: string, words: string): boolean {
  const all = `${name}, ${words}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => all.includes(part));
}
