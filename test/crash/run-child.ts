import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CrashPoint } from '../../src/cutover/crash-points.ts';

/** How a child ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

const SCRIPT = fileURLToPath(new URL('cutover-child.ts', import.meta.url));

/** Runs the child; with a point it kills itself there. */
export function runChild(args: {
  readonly url: string;
  readonly folder: string;
  readonly what: 'migrate' | 'migrate-with-backup' | 'rollback';
  readonly crashAt?: CrashPoint;
}): Promise<ChildEnd> {
  const { CARRYOVER_CRASH_AT: _outer, ...outer } = process.env;
  const env = args.crashAt === undefined ? outer : { ...outer, CARRYOVER_CRASH_AT: args.crashAt };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SCRIPT, args.url, args.folder, args.what], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-2_000);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}
