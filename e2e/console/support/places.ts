import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The clone. */
export const ROOT = resolve(import.meta.dirname, '../../..');

const TARGET = process.env.CARGO_TARGET_DIR || join(ROOT, 'target');

/** The program under test. */
export const BINARY = resolve(process.env.BINARY || join(TARGET, 'debug/guanxi'));

/** Where pictures, traces and reports go. */
export function out(...parts: string[]): string {
  return join(resolve(process.env.E2E_OUT || join(TARGET, 'e2e')), ...parts);
}

/** A new folder outside of the clone: a data folder must not be found from inside another one. */
export function newFolder(name: string): string {
  const base = join(tmpdir(), 'guanxi-e2e');
  mkdirSync(base, { recursive: true });
  return mkdtempSync(join(base, `${name}-`));
}

/** A file that comes with the suite. */
export function own(name: string): string {
  return join(import.meta.dirname, 'files', name);
}

/** Real data that lies beside the clone on some machines; `undefined` elsewhere. */
export function shared(name: string): string | undefined {
  const path = join(ROOT, '../shared/data', name);
  return existsSync(path) ? path : undefined;
}
