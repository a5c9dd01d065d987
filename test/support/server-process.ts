import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { OrphanGuard } from './orphan-guard.ts';
import type { ServerOwner } from './server-owner.ts';

/** How long a server may take until it answers: 3 s are usual, a loaded two-core machine needed 20 s. */
const READY_TIMEOUT_MS = 60_000;

/** How a server process is started, recognised as ready and ended. */
export interface ServerProcessOptions {
  /** What messages call it, such as `PostgreSQL`. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly owner: ServerOwner | undefined;
  /** The server's own folder; removed with the server. */
  readonly folder: string;
  /** The guard of that folder. */
  readonly guard: OrphanGuard;
  /** Where the server writes its log; the end of it becomes part of the message when a start fails. */
  readonly logFile: string;
  /** Resolves when the server answers a query; rejects while it does not. */
  readonly ping: () => Promise<void>;
  /** Asks for a fast, clean end. */
  readonly stopSignal: NodeJS.Signals;
  /** Ends it at once, whatever is open; used when the process that started it is gone. */
  readonly abandonSignal: NodeJS.Signals;
}

/** One server process on a folder of its own. It ends with the process that started it, even with one killed by SIGKILL. */
export class ServerProcess {
  readonly #options: ServerProcessOptions;
  #child: ChildProcess | undefined;

  constructor(options: ServerProcessOptions) {
    this.#options = options;
  }

  /** Starts the process and waits until it answers. Throws an Error with the end of its log when it does not. */
  async start(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    // A PostgreSQL killed by SIGKILL leaves backends that hold its shared memory for a moment, and while it was gone its port may have become
    // the near end of somebody's connection: a start in that moment ends at once.
    for (;;) {
      const child = this.#spawn();
      if (await this.#answersBefore(child, deadline)) return;
      await this.kill('SIGKILL');
      if (Date.now() > deadline || !this.#failedOnlyForNow()) throw this.#startFailure();
      await delay(200);
    }
  }

  /** Ends the process cleanly and removes its folder. Does nothing when it is gone already. */
  async stop(): Promise<void> {
    await this.kill(this.#options.stopSignal);
    rmSync(this.#options.folder, { recursive: true, force: true });
    this.#options.guard.release();
  }

  /** Sends the signal and waits until the process is gone; the folder stays, so `start` may follow. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child !== undefined && isRunning(child)) {
      child.ref();
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    this.#child = undefined;
    this.#options.guard.forget();
  }

  #spawn(): ChildProcess {
    const { command, args, owner, folder, guard, abandonSignal } = this.#options;
    // Detached: Ctrl-C in a terminal reaches the test run first, which ends its servers in order.
    const child = spawn(command, args, { ...owner, cwd: folder, detached: true, stdio: 'ignore' });
    child.once('error', () => {});
    child.unref();
    this.#child = child;
    if (child.pid !== undefined) guard.watch(child.pid, abandonSignal);
    return child;
  }

  async #answersBefore(child: ChildProcess, deadline: number): Promise<boolean> {
    while (Date.now() < deadline && isRunning(child)) {
      try {
        await this.#options.ping();
        // Something else may listen on the port while our own process is failing to bind it.
        await delay(50);
        return isRunning(child);
      } catch {
        await delay(100);
      }
    }
    return false;
  }

  #failedOnlyForNow(): boolean {
    return /still in use|already in use|postmaster\.pid|Can't lock aria|Unable to lock|another process/i.test(
      this.#logEnd(),
    );
  }

  #startFailure(): Error {
    const { title, command } = this.#options;
    return new Error(
      `Cannot start ${title}: "${command}" does not answer, against ${READY_TIMEOUT_MS / 1000} s allowed. Read the end of its log:\n${this.#logEnd()}`,
    );
  }

  #logEnd(): string {
    try {
      return readFileSync(this.#options.logFile, 'utf8').split('\n').slice(-25).join('\n');
    } catch {
      return '(no log)';
    }
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
