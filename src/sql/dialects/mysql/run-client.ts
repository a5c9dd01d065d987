import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ConnectionTarget } from '../../dialect.ts';

/** How much of a program's messages is kept: its last lines say why it failed. */
const MESSAGES_KEPT = 4_000;

/** A client program under way. */
export interface RunningClient {
  readonly stdout: Readable;
  /** Settles when the program has ended; rejects with its last lines unless it ended well. */
  readonly ended: Promise<void>;
  /** Ends it. */
  kill(): void;
}

/** Starts a client program. `input` becomes its standard input; nothing is read from a terminal. */
export function startClient(command: string, args: readonly string[], input?: FileHandle): RunningClient {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(command, args, {
    env: clientEnvironment(),
    stdio: [input?.fd ?? 'ignore', 'pipe', 'pipe'],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  let messages = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages = (messages + text).slice(-MESSAGES_KEPT);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const isGood = code === 0 && !/\berror\b/i.test(messages);
      if (isGood) resolve();
      else reject(new Error(lastLines(messages) || `it ended with ${signal ?? `code ${code}`}`));
    });
  });
  // Whoever starts a program may look at its end later than it comes.
  ended.catch(() => undefined);
  return { stdout: child.stdout, ended, kill: () => child.kill('SIGTERM') };
}

/** What went wrong in a few words, for `reason` of an error: never the password. */
export function reasonOf(error: unknown, { password }: ConnectionTarget): string {
  const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').replace(/\.$/, '');
  return password === undefined || password === '' ? text : text.replaceAll(password, '***');
}

function lastLines(messages: string): string {
  const lines = messages.split('\n').filter((line) => line.trim() !== '' && !/deprecated/i.test(line));
  return lines.slice(-3).join(' ');
}

/** Without the variables by which these programs can be told another server or password. */
function clientEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:MYSQL|MARIADB)_/.test(name)));
}
