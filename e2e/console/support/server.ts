import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { withConsole } from './front';
import { BINARY, newFolder } from './places';

/** Where a server is, and with what its owner signs in; the log-in is told at the first start only. */
export interface Hello {
  address: string;
  email: string;
  password: string;
  /** All it printed. */
  said: string;
}

const environment = () => {
  const { GUANXI_DATA: _, ...rest } = process.env;
  return rest;
};

/** Runs a command of the program to its end; what it printed. */
export function guanxi(folder: string, ...words: string[]): string {
  return execFileSync(BINARY, words, { cwd: folder, env: environment(), encoding: 'utf8', stdio: 'pipe' });
}

/** A running server and the folder it may fill. */
export class Server {
  private constructor(
    readonly folder: string,
    readonly hello: Hello,
    private readonly child: ChildProcess,
    private readonly close: () => void,
  ) {}

  /** Where a browser finds it. */
  get address(): string {
    return this.hello.address;
  }

  /** Starts `guanxi WORDS` in a folder and reads where it is and how to sign in, as a person does. */
  static async start(folder: string, words: string[]): Promise<Server> {
    const child = spawn(BINARY, ['--lang', 'en', ...words, '--listen', '127.0.0.1:0'], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    let said = '';
    for await (const line of createInterface(child.stdout)) {
      said += `${line}\n`;
      if (line !== 'Ctrl-C ends it.') continue;
      const word = (name: string) => new RegExp(`^  ${name} +(\\S+)$`, 'm').exec(said)?.[1] ?? '';
      const front = await withConsole(word('open'));
      const hello = { address: front.address, email: word('sign in'), password: word('password'), said };
      return new Server(folder, hello, child, front.close);
    }
    throw new Error(`guanxi ${words.join(' ')} ended without serving:\n${said}${errors}`);
  }

  /** Asks it to end, as a service manager does. */
  async end(): Promise<void> {
    this.close();
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A shop of a spec's own: `init`, the files that are given, `serve`. */
export async function startShop(name: string, fill: (folder: string) => void = () => {}): Promise<Server> {
  const folder = newFolder(name);
  guanxi(
    folder,
    'init',
    '.',
    '--name',
    'Corner Shop',
    '--zone',
    'Europe/London',
    '--currency',
    'GBP',
    '--region',
    'GB',
  );
  fill(folder);
  return Server.start(folder, ['serve', '--owner', 'ann@shop.example']);
}
