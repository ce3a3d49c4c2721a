// The server under test: the real binary, with a data folder of its own, on a port of its own.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the filled demo folder is kept between runs: filling it takes longer than all else a test needs. */
const TEMPLATES = fileURLToPath(new URL('../../target/e2e/demo', import.meta.url));

/** How long the server may take to be ready, or to stop, in milliseconds. */
const READY_WITHIN = 60_000;
const STOPPED_WITHIN = 10_000;

export type Role = 'staff' | 'manager' | 'hr' | 'executive' | 'administrator';
export const ROLES: readonly Role[] = ['staff', 'manager', 'hr', 'executive', 'administrator'];

/** What is typed at sign-in. */
export interface Login {
  number: string;
  password: string;
}

function binary(): string {
  const path = process.env.SHIRUBE_BIN;
  if (!path || !existsSync(path)) {
    throw new Error(`there is no server binary at ${path ?? 'SHIRUBE_BIN'}; run \`cargo xtask build\``);
  }
  return path;
}

/** The environment without settings of the machine's own: a test must not reach a real mail server. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('SHIRUBE_'));
  return { ...Object.fromEntries(own), LANG: 'C.UTF-8', SHIRUBE_LOG: 'warn' };
}

/** Runs a command of the binary to its end and returns what it printed. */
export async function command(data: string, ...words: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(binary(), ['--data', data, ...words], { env: environment(), maxBuffer: 16 << 20 });
}

/** An empty data folder. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'shirube-e2e-'));
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A running server. It is stopped by its own process id, and its folder removed. */
export class Server {
  private constructor(
    readonly url: string,
    readonly data: string,
    private readonly child: ChildProcess,
    private readonly printed: string[],
  ) {}

  /** Starts `demo` or `serve` on `data`, and waits until both databases answer. */
  static async start(data: string, mode: 'demo' | 'serve'): Promise<Server> {
    const listen = `127.0.0.1:${await freePort()}`;
    const url = `http://${listen}`;
    const child = spawn(binary(), ['--data', data, '--base-url', url, mode, '--listen', listen], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    const printed: string[] = [];
    child.stdout.on('data', (chunk) => printed.push(String(chunk)));
    child.stderr.on('data', (chunk) => printed.push(String(chunk)));
    const server = new Server(url, data, child, printed);
    await server.ready();
    return server;
  }

  /** The demo ministry, as `shirube demo` serves it. */
  static async demo(): Promise<Server> {
    const data = emptyFolder();
    cpSync(await filledDemo(), data, { recursive: true });
    return Server.start(data, 'demo');
  }

  private async ready(): Promise<void> {
    const until = Date.now() + READY_WITHIN;
    while (Date.now() < until) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const said = this.log();
    await this.stop();
    throw new Error(`the server did not become ready; it said:\n${said}`);
  }

  /** Everything it printed. */
  log(): string {
    return this.printed.join('');
  }

  /** The sign-in that `shirube demo` printed for a role. */
  login(role: Role): Login {
    const found = new RegExp(`^${role}\\s+(\\S+)\\s+(\\S+)\\s+\\(`, 'm').exec(this.log());
    if (!found) throw new Error(`the demo printed no sign-in for ${role}:\n${this.log()}`);
    return { number: found[1], password: found[2] };
  }

  /** Ends the process and removes what it wrote. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGTERM');
      const hurry = setTimeout(() => this.child.kill('SIGKILL'), STOPPED_WITHIN);
      await ended;
      clearTimeout(hurry);
    }
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** The folder of a demo ministry filled today by this very binary; made when it is not there. */
async function filledDemo(): Promise<string> {
  const { mtimeMs, size } = statSync(binary());
  const today = new Date().toISOString().slice(0, 10);
  const stamp = createHash('sha256').update(`${binary()} ${mtimeMs} ${size} ${today}`).digest('hex').slice(0, 16);
  const folder = join(TEMPLATES, stamp);
  if (existsSync(folder)) return folder;
  mkdirSync(TEMPLATES, { recursive: true });
  for (const old of readdirSync(TEMPLATES)) rmSync(join(TEMPLATES, old), { recursive: true, force: true });
  const unfinished = mkdtempSync(join(TEMPLATES, 'unfinished-'));
  await command(unfinished, 'demo', '--no-serve');
  renameSync(unfinished, folder);
  return folder;
}
