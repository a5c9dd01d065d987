import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Locks that another process holds. */
export interface HeldLocks {
  /** Lets that process end its transaction, and waits until it has. Does nothing the second time. */
  release(): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('lock-child.ts', import.meta.url));

/**
 * Has another process lock the cutover's row or a legacy table (an embedded database: the whole file), and resolves once it does.
 * Rejects when that process ends instead.
 */
export async function holdLocks(url: string, what: 'cutover' | 'legacy'): Promise<HeldLocks> {
  const child = spawn(process.execPath, [SCRIPT, url, what], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const locked = once(child.stdout, 'data');
  const first = await Promise.race([locked.then(() => 'locked'), ended.then(() => 'ended')]);
  if (first === 'ended') throw new Error(`The process that should hold locks ended with code ${child.exitCode}.`);
  return {
    release: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
