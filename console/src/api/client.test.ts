import { afterEach, expect, test, vi } from 'vitest';
import { client, setCsrf, upload } from './client';
import { randomKey } from './once';
import { needsLogin, toTrouble, worthRetry } from './problem';

afterEach(() => vi.unstubAllGlobals());

test('what changes something carries the token, what is posted a key of its own', async () => {
  const asked: Request[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request);
    return Response.json({});
  });
  setCsrf('9f2c');
  await client.GET('/api/v1/jobs', { params: { query: { filter: ['state:eq:done'] } } });
  await client.POST('/api/v1/segments/runs', { body: {} });
  await client.DELETE('/api/v1/keys/{id}', { params: { path: { id: 'key_1' } } });
  const header = (at: number, name: string) => asked[at]?.headers.get(name);
  expect([header(0, 'x-csrf-token'), header(1, 'x-csrf-token'), header(2, 'x-csrf-token')]).toEqual([
    null,
    '9f2c',
    '9f2c',
  ]);
  expect(header(1, 'idempotency-key')).toMatch(/^[0-9a-z]{15}$/);
  expect(header(2, 'idempotency-key')).not.toBe(header(1, 'idempotency-key'));
  expect(randomKey()).not.toBe(randomKey());
});

test('problems are asked for in the language of the console, also those of an upload', async () => {
  const sent: Record<string, string> = {};
  class Sender {
    upload = {};
    onload?: () => void;
    responseText = '{}';
    status = 201;
    open() {}
    setRequestHeader(name: string, value: string) {
      sent[name] = value;
    }
    send() {
      this.onload?.();
    }
  }
  vi.stubGlobal('XMLHttpRequest', Sender);
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.fetched = request.headers.get('Accept-Language') ?? '';
    return Response.json({});
  });
  document.documentElement.lang = 'zh-CN';
  await client.GET('/api/v1/jobs');
  await upload(new File(['a'], 'a.csv'), () => {}, new AbortController().signal);
  expect([sent.fetched, sent['Accept-Language']]).toEqual(['zh-CN', 'zh-CN']);
});

test('one action has one key: a second click, a retry after no answer; done again it has another', async () => {
  const keys: (string | null)[] = [];
  const answers: (() => Response)[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    keys.push(request.headers.get('idempotency-key'));
    await Promise.resolve();
    const next = answers.shift();
    if (!next) throw new TypeError('Failed to fetch');
    return next();
  });
  const make = (name = 'a') => client.POST('/api/v1/sql/questions', { body: { name, sql: 'select 1', shared: true } });
  await expect(make()).rejects.toThrow('Failed to fetch');
  answers.push(() => Response.json({ code: 'unavailable' }, { status: 503 }));
  await make();
  answers.push(() => Response.json({ id: 'que_1' }));
  const [first, second] = await Promise.all([make(), make()]);
  expect([first.data?.id, second.data?.id]).toEqual(['que_1', 'que_1']);
  expect(keys.length).toBe(3);
  expect(new Set(keys).size).toBe(1);
  answers.push(
    () => Response.json({ id: 'que_2' }),
    () => Response.json({ id: 'que_3' }),
  );
  await make();
  await make('b');
  expect(new Set(keys).size).toBe(3);
});

test('a list in a query is repeated', async () => {
  let url = '';
  vi.stubGlobal('fetch', async (request: Request) => {
    url = request.url;
    return Response.json({ items: [] });
  });
  await client.GET('/api/v1/customers', { params: { query: { filter: ['a:eq:1', 'b:eq:2'] } } });
  expect(url).toContain('filter=a%3Aeq%3A1&filter=b%3Aeq%3A2');
});

test('the page of a proxy is a problem, too', async () => {
  vi.stubGlobal(
    'fetch',
    async () => new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } }),
  );
  const { error } = await client.GET('/api/v1/jobs');
  expect(toTrouble(error)).toMatchObject({ code: 'unavailable', status: 502 });
  expect(worthRetry(error)).toBe(true);
});

test('troubles are told apart', () => {
  expect(toTrouble(new TypeError('Failed to fetch')).code).toBe('network');
  expect(needsLogin({ code: 'unauthenticated', status: 401 })).toBe(true);
  expect(worthRetry({ code: 'invalid_argument', status: 400 })).toBe(false);
});
