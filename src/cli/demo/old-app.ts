import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the old application tells of its writes when it ends. */
export interface OldAppReport {
  readonly writes: number;
  /** Refused because the ledger decides about the user by then. */
  readonly refused: number;
  /** What a write took, from its begin to its commit. */
  readonly medianMs: number;
  readonly longestMs: number;
}

/** The old application at work, in a process of its own. */
export interface OldApp {
  /** Lets it finish the write it is at. Throws an Error where it has ended by itself, with what it said. */
  stop(): Promise<OldAppReport>;
}

/** Starts the sample SaaS's old application in its folder; it writes until it is stopped or this process ends. */
export async function startOldApp(folder: string): Promise<OldApp> {
  const own = fileURLToPath(import.meta.url);
  const program = path.join(path.dirname(own), `old-app-process${path.extname(own)}`);
  const child = fork(program, [folder], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const failed = once(child, 'exit').then(() => {
    throw new Error(`The old application ended by itself: ${said.trim() || 'it said nothing'}`);
  });
  failed.catch(() => undefined);
  await Promise.race([once(child, 'message'), failed]);
  return {
    stop: async () => {
      const told = once(child, 'message') as Promise<[OldAppReport]>;
      child.send('stop');
      const [report] = await Promise.race([told, failed]);
      return report;
    },
  };
}
