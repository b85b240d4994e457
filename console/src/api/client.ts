import createFetch, { type Middleware } from 'openapi-fetch';
import createQuery from 'openapi-react-query';
import { once } from './once';
import type { components, paths } from './schema';

/** The types of the contract by name: `Api['Customer']`. */
export type Api = components['schemas'];

let csrf = '';
/** Keeps the token that every change must carry; signing in and "who am I" give it. */
export function setCsrf(token: string | undefined) {
  if (token) csrf = token;
}

const writes: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', document.documentElement.lang);
    if (request.method === 'GET') return;
    request.headers.set('X-CSRF-Token', csrf);
  },
};

/** Answers that are no JSON (a proxy's page, an empty body) still become problems. */
const problems: Middleware = {
  async onResponse({ response }) {
    if (response.ok || response.headers.get('content-type')?.includes('json')) return;
    const body = { code: response.status >= 500 ? 'unavailable' : 'unexpected', status: response.status, detail: '' };
    return new Response(JSON.stringify(body), {
      status: response.status,
      headers: { 'content-type': 'application/problem+json' },
    });
  },
};

// A list in a query is repeated: filter=a&filter=b.
export const client = createFetch<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  querySerializer: { array: { style: 'form', explode: true } },
  fetch: (request: Request) => (request.method === 'GET' ? fetch(request) : once(request)),
});
client.use(writes, problems);

/** The same client as hooks: `api.useQuery('get', '/api/v1/jobs')`. */
export const api = createQuery(client);

/** Uploads go around the client: fetch has no progress of what is sent. */
export function upload(file: File, onProgress: (sent: number) => void, signal: AbortSignal): Promise<Api['Upload']> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-CSRF-Token', csrf);
    request.setRequestHeader('Accept-Language', document.documentElement.lang);
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => {
      try {
        const body: unknown = JSON.parse(request.responseText);
        if (request.status < 300) resolve(body as Api['Upload']);
        else reject(body);
      } catch {
        reject({ code: 'unavailable', status: request.status, detail: '' });
      }
    };
    request.onerror = () => reject(new TypeError('network'));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
