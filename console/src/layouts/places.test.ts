import { expect, test } from 'vitest';
import { texts as en } from '../i18n/en';
import { texts as zh } from '../i18n/zh';
import { fits, PLACES } from './places';

const read = (tree: object, path: string) =>
  path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], tree) as string;
const found = (texts: object, text: string) =>
  PLACES.filter(({ name, words }) => fits(text, read(texts, name), read(texts, `search.words.${words}`))).map(
    ({ path }) => path,
  );

test('pages are found in the other language, by other words and by pinyin', () => {
  for (const [texts, text, path] of [
    [en, '备份', '/settings/backups'],
    [zh, 'backup', '/settings/backups'],
    [en, 'upload', '/imports'],
    [zh, 'kehu', '/customers'],
    [zh, '密码', '/account'],
    [en, 'Time zone', '/settings/business'],
  ] as const)
    expect(found(texts, text), text).toContain(path);
  expect(found(en, 'zzz')).toEqual([]);
});
