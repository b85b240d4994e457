import { readFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/**
 * With E2E_CONSOLE=folder the console of that folder (console/dist) is tried on the real server, without building the
 * binary anew: pages come from there, with the server's own headers and nonce, all else from the server.
 */
export async function withConsole(address: string): Promise<{ address: string; close: () => void }> {
  const folder = process.env.E2E_CONSOLE && resolve(process.env.E2E_CONSOLE);
  if (!folder) return { address, close: () => {} };
  const server = createServer((req, res) => {
    const path = new URL(req.url ?? '/', address).pathname;
    if (path.startsWith('/assets/')) {
      try {
        const body = readFileSync(join(folder, path));
        res.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
      } catch {
        res.writeHead(404).end();
      }
    } else pass(address, folder, req, res);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${port}`, close };
}

/** Asks the server under its own name; its page becomes that of the folder. */
function pass(address: string, folder: string, req: IncomingMessage, res: ServerResponse) {
  const host = new URL(address).host;
  const headers = { ...req.headers, host, ...(req.headers.origin && { origin: address }) };
  const asked = request(address + req.url, { method: req.method, headers }, (answer) => {
    const nonce = /'nonce-([^']+)'/.exec(String(answer.headers['content-security-policy']))?.[1];
    if (nonce && answer.headers['content-type']?.startsWith('text/html') && !req.url?.startsWith('/api')) {
      answer.resume();
      const page = readFileSync(join(folder, 'index.html'), 'utf8').replaceAll('__CSP_NONCE__', nonce);
      const { 'content-length': _, 'content-encoding': __, ...rest } = answer.headers;
      res.writeHead(answer.statusCode ?? 200, rest).end(page);
    } else {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      res.flushHeaders();
      answer.pipe(res);
    }
  });
  asked.on('error', () => res.destroy());
  res.on('close', () => asked.destroy());
  req.pipe(asked);
}
