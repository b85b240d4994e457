// A stand-in for the server, for development and trials: believable data, the contract's answers, the server's policy for pages.
// `npm run mock` serves dist/ as well; with `npm run dev` only the API is used. MOCK_EMPTY=1: no data. MOCK_ROLE=viewer: fewer rights.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { Answered, OPEN, Refused, type Route, type Routes } from './http';
import { customers } from './routes/customers';
import { data } from './routes/data';
import { imports } from './routes/imports';
import { jobs, tick } from './routes/jobs';
import { orders } from './routes/orders';
import { people } from './routes/people';
import { rest } from './routes/rest';
import { segments } from './routes/segments';

const PORT = Number(process.env.PORT ?? 5174);
const DIST = new URL('../dist', import.meta.url).pathname;
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.html': 'text/html',
};
const ROUTES: Routes = { ...people, ...rest, ...orders, ...customers, ...segments, ...imports, ...data, ...jobs };
// What stands behind a name takes the body of that name.
const TABLE = Object.entries(ROUTES as Record<string, Route>).map(([name, route]) => {
  const [method = 'GET', path = ''] = name.split(' ');
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  return {
    method,
    names,
    route,
    fixed: names.length === 0,
    form: new RegExp(`^/api/v1${path.replace(/\{\w+\}/g, '([^/]+)')}$`),
  };
});
// Fixed paths win over those with a name in them.
TABLE.sort((a, b) => Number(b.fixed) - Number(a.fixed));

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return request.headers['content-type']?.includes('json') && text ? JSON.parse(text) : undefined;
}

function send(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(value === undefined ? 204 : status, { 'content-type': type, ...headers });
  response.end(value === undefined ? undefined : JSON.stringify(value));
}

async function api(request: IncomingMessage, response: ServerResponse, url: URL) {
  const hit = TABLE.find((one) => one.method === request.method && one.form.test(url.pathname));
  try {
    if (!hit) throw new Refused(404, 'not_found', `${request.method} ${url.pathname} does not exist`);
    const match = hit.form.exec(url.pathname);
    const path = Object.fromEntries(hit.names.map((name, at) => [name, decodeURIComponent(match?.[at + 1] ?? '')]));
    const call = {
      path,
      query: url.searchParams,
      body: await bodyOf(request),
      headers: request.headers,
      response,
    };
    const result = await hit.route(call);
    if (result === OPEN) return;
    if (result instanceof Answered)
      send(response, result.status, result.value, result.etag ? { etag: result.etag } : {});
    else send(response, 200, result);
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error);
    const { status, code, detail, extra } =
      error instanceof Refused ? error : new Refused(500, 'internal', 'something went wrong on our side');
    send(response, status, {
      type: `urn:guanxi:problem:${code}`,
      title: code,
      status,
      code,
      detail,
      request: '1f0c9d4be27a4a3f',
      ...extra,
    });
  }
}

function page(response: ServerResponse, pathname: string) {
  const file = join(DIST, normalize(pathname));
  if (pathname !== '/' && existsSync(file) && extname(file)) {
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cache-control': 'max-age=31536000',
    });
    return response.end(readFileSync(file));
  }
  const nonce = randomBytes(16).toString('hex');
  response.writeHead(200, {
    'content-type': 'text/html',
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  });
  response.end(readFileSync(join(DIST, 'index.html'), 'utf8').replaceAll('__CSP_NONCE__', nonce));
}

createServer((request, response) => {
  const url = new URL(request.url ?? '/', `http://localhost:${PORT}`);
  if (url.pathname.startsWith('/api/')) void api(request, response, url);
  else page(response, url.pathname);
}).listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`));
setInterval(tick, 400);
