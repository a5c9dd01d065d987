import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CliResult } from './run-cli.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** A command that goes on until it is told to end. */
export interface RunningCli {
  readonly pid: number;
  /** What it has printed so far. */
  said(): Pick<CliResult, 'stdout' | 'stderr'>;
  /** Sends SIGTERM, or the signal given, and answers how it ended. */
  stop(signal?: NodeJS.Signals): Promise<CliResult>;
}

/** Starts `carryover` as a process of its own and answers once it has printed a text. Throws an Error with what it printed if it ends before. */
export function startCli(
  folder: string,
  args: readonly string[],
  { until, environment = {} }: { readonly until: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<RunningCli> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  const ended = new Promise<CliResult>((resolve) => {
    child.once('close', (code) => resolve({ exitCode: code ?? -1, ...text }));
  });
  return new Promise((resolve, reject) => {
    const hear = (stream: 'stdout' | 'stderr') => (piece: string) => {
      text[stream] += piece;
      if (!text[stream].includes(until)) return;
      resolve({
        pid: child.pid ?? 0,
        said: () => ({ ...text }),
        stop: (signal = 'SIGTERM') => {
          child.kill(signal);
          return ended;
        },
      });
    };
    child.stdout.setEncoding('utf8').on('data', hear('stdout'));
    child.stderr.setEncoding('utf8').on('data', hear('stderr'));
    child.once('error', reject);
    void ended.then((result) =>
      reject(
        new Error(`"${args.join(' ')}" ended with ${result.exitCode} before it said "${until}":\n${result.stderr}`),
      ),
    );
  });
}
