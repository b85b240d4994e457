/** A change that is on its way, or whose answer did not arrive. */
interface Open {
  key: string;
  at: number;
  answer?: Promise<Response>;
}

/** How long sending the same again is still the same action: after that it is meant anew. */
const MEANT = 10 * 60_000;
const open = new Map<string, Open>();

/** A key that makes a repeated request harmless. `crypto.randomUUID` is missing on plain http. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(15)), (b) => (b % 36).toString(36)).join('');
}

/** Whether it is settled what became of a request: the server may not have done it, or be at it still. */
async function settled(response: Response): Promise<boolean> {
  if (response.status >= 500) return false;
  if (response.status !== 409) return true;
  const problem = (await response
    .clone()
    .json()
    .catch(() => null)) as { code?: string } | null;
  return problem?.code !== 'idempotency_in_progress';
}

async function ask(mark: string, one: Open, request: Request): Promise<Response> {
  request.headers.set('Idempotency-Key', one.key);
  try {
    const response = await fetch(request);
    if (await settled(response)) open.delete(mark);
    return response;
  } catch (error) {
    // Given up by the page itself; whatever else keeps the key for the next try.
    if (request.signal.aborted) open.delete(mark);
    throw error;
  } finally {
    one.answer = undefined;
  }
}

/**
 * Sends a change so that one action is done once: a second click while the first is under way gets the first one's answer,
 * and what is sent again because no answer came carries the same `Idempotency-Key`.
 */
export async function once(request: Request): Promise<Response> {
  const mark = [request.method, request.url, request.headers.get('If-Match'), await request.clone().text()].join('\n');
  const now = Date.now();
  for (const [old, { at, answer }] of open) if (!answer && now - at > MEANT) open.delete(old);
  const before = open.get(mark);
  if (before?.answer) {
    const response = await before.answer.catch((error: unknown) => error);
    if (response instanceof Response) return response.clone();
    // The first was given up, this one was not.
    if (!(response instanceof DOMException && response.name === 'AbortError')) throw response;
  }
  const one: Open = open.get(mark) ?? { key: randomKey(), at: now };
  open.set(mark, one);
  one.answer = ask(mark, one, request);
  const response = await one.answer;
  return response.clone();
}
