import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { texts as en } from './en';
import { texts as zh } from './zh';

const SRC = join(process.cwd(), 'src');

/** `{a: {b: 'x'}}` → `a.b`. */
function flat(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value as object, `${path}${key}.`),
  );
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.|schema\.d/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

const plural = (key: string) => key.replace(/_(one|other)$/, '');
/** What is shown; the words by which pages are found are of both languages. */
const shown = (map: Map<string, string>) => [...map].filter(([key]) => !key.startsWith('search.words.'));
const code = sources(SRC).join('\n');
const [english, chinese] = [new Map(flat(en)), new Map(flat(zh))];
const known = new Set([...english.keys()].map(plural));
// Whole keys, and the beginnings of those that are put together: t(`role.${role}.name`).
const whole = new Set([...code.matchAll(/['"`]([a-z_]+(?:\.[\w-]+)+)['"`]/g)].map((match) => match[1] as string));
const patterns = [...code.matchAll(/`([a-z_]+\.[^`\n]*\$\{[^`\n]*)`/g)].map((match) => {
  // Marked first, for the expressions inside may hold braces of their own.
  const text = (match[1] as string).replace(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '\u0000');
  return new RegExp(`^${text.replace(/[.*+?^()[\]{}|\\$]/g, '\\$&').replaceAll('\u0000', '[\\w-]+')}$`);
});

test('both languages have the same texts', () => {
  const names = (map: Map<string, string>) => [...new Set([...map.keys()].map(plural))].sort();
  expect(names(chinese)).toEqual(names(english));
});

test('both languages fill in the same values', () => {
  const slots = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
  const differ = [...chinese].filter(([key, text]) => {
    const other = english.get(key) ?? '';
    // A count may be said in one language by the form of a word alone.
    const same = (list: (string | undefined)[]) => list.filter((name) => name !== 'count').join();
    return same(slots(text)) !== same(slots(other));
  });
  expect(differ).toEqual([]);
});

test('every text that the code asks for is there', () => {
  const asked = [...code.matchAll(/\bt\(\s*['"]([\w.-]+)['"]/g)].map((match) => match[1] as string);
  expect(asked.filter((key) => !known.has(key))).toEqual([]);
  expect(asked.length).toBeGreaterThan(300);
});

test('every beginning that the code asks for has texts', () => {
  const asked = [...code.matchAll(/\bt\(\s*`([^`$]+)\$\{/g)].map((match) => match[1] as string);
  expect(asked.filter((start) => ![...known].some((key) => key.startsWith(start)))).toEqual([]);
});

test('no text is left over', () => {
  const used = (key: string) => whole.has(key) || patterns.some((pattern) => pattern.test(key));
  expect([...known].filter((key) => !used(key))).toEqual([]);
});

test('no text is left untranslated or in the wrong script', () => {
  const same = /^[^a-z]*$|^(RFM|CSV|JSON lines|SQL|Excel \(\.xlsx\)|Ctrl)/;
  const copied = [...chinese].filter(
    ([key, text]) => english.get(key) === text && /[a-z]{3}/.test(text.replace(/\{\{\w+\}\}/g, '')) && !same.test(text),
  );
  expect(copied.map(([key]) => key).filter((key) => !key.startsWith('option.'))).toEqual([]);
  expect(shown(english).filter(([, text]) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
  // Half-width punctuation after a Chinese character.
  expect(shown(chinese).filter(([, text]) => /[\u4e00-\u9fff][,;:?!]/.test(text))).toEqual([]);
});
