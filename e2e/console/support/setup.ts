import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { request } from '@playwright/test';
import { BINARY, newFolder, out } from './places';
import { Server } from './server';

/** One simulated business for all specs that only look, and its owner logged in once. */
export default async function setup() {
  if (!existsSync(BINARY))
    throw new Error(`there is no ${BINARY}: build it (cargo build -p guanxi), or name it in BINARY`);
  rmSync(out('pictures'), { recursive: true, force: true });
  mkdirSync(out('pictures'), { recursive: true });
  const folder = newFolder('demo');
  const demo = await Server.start(folder, ['--data', `${folder}/demo`, 'demo', '--customers', '600']);
  const { address, email, password } = demo.hello;
  const api = await request.newContext({ baseURL: address });
  const answer = await api.post('/api/v1/auth/login', { data: { email, password } });
  if (!answer.ok()) throw new Error(`the owner of the demo cannot log in: ${await answer.text()}`);
  await api.storageState({ path: out('demo-owner.json') });
  await api.dispose();
  process.env.E2E_DEMO = JSON.stringify(demo.hello);
  return () => demo.remove();
}
