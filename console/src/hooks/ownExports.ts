import type { Api } from '../api/client';

/** Exports that were begun here: whoever began one is told in its own notice, and not once more. */
const own = new Set<string>();
let beginning = 0;

/** From the click to the answer: a quick job ends before one knows its id. */
export async function beginExport(begin: () => Promise<Api['Job']>): Promise<Api['Job']> {
  beginning++;
  try {
    const job = await begin();
    own.add(job.id);
    return job;
  } finally {
    beginning--;
  }
}

export function isOwnExport({ id, kind }: Api['Job']): boolean {
  return own.has(id) || (beginning > 0 && kind.startsWith('export.'));
}
