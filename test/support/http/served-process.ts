import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli, type CliResult } from '../run-cli.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** A folder with a configuration that names one database `test`, to call `carryover` in. */
export class ServedFolder {
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #running = new Set<ServedProcess>();

  constructor(url: string, config: object = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'carryover-served-'));
    this.#environment = { TEST_URL: url };
    const whole = { instances: { test: { urlEnv: 'TEST_URL' } }, systems: { tuition: {}, billing: {} }, ...config };
    writeFileSync(join(this.folder, 'carryover.config.json'), JSON.stringify(whole));
  }

  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<CliResult> {
    return runCli(this.folder, args, this.#environment);
  }

  /** Runs `carryover serve` and resolves once it answers. Rejects with what it printed when it ends instead. */
  async serve(port = 0, environment: Readonly<Record<string, string>> = {}): Promise<ServedProcess> {
    const served = new ServedProcess(this.folder, { port, environment: { ...this.#environment, ...environment } });
    this.#running.add(served);
    await served.ready;
    return served;
  }

  /** Ends what still runs and removes the folder. */
  async remove(): Promise<void> {
    for (const served of this.#running) await served.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One process of `carryover serve`. */
export class ServedProcess {
  /** Its address, once it answers. */
  readonly ready: Promise<string>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  #said = '';
  #log = '';

  constructor(folder: string, on: { readonly port: number; readonly environment: Readonly<Record<string, string>> }) {
    const child = spawn(process.execPath, [MAIN, 'serve', '--instance', 'test', '--port', String(on.port)], {
      cwd: folder,
      env: { ...process.env, ...on.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#ended = once(child, 'close').then(([code]) => (code as number | null) ?? -1);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    this.ready = new Promise((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
        const address = /at (http:\S+);/.exec(this.#said)?.[1];
        if (address !== undefined) resolve(address);
      });
      void this.#ended.then((code) => reject(new Error(`The server ended with ${code}: ${this.#said}`)));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it told people so far. */
  get said(): string {
    return this.#said;
  }

  /** Its exit code, once it ended; -1 where it was killed. */
  get ended(): Promise<number> {
    return this.#ended;
  }

  /** Its log so far. */
  get log(): string {
    return this.#log;
  }

  /** Sends it a signal and answers its exit code once it ended; -1 where it was killed. */
  async end(signal: NodeJS.Signals): Promise<number> {
    this.#child.kill(signal);
    return this.#ended;
  }
}
