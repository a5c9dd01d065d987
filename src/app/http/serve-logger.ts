import { pino, type DestinationStream, type Logger } from 'pino';
import { CarryoverError } from '../../base/errors.ts';

/** Errors of the language itself, whose words are ours; a driver's may quote the values that a person sent. */
const OWN_WORDS: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError', 'AssertionError']);

/**
 * Lines are written together, since writing one took a twentieth of what a request costs; a process that is killed loses those of its
 * last moments, and one that ends writes them.
 */
const KEPT_BYTES = 2_048;
const KEPT_MS = 200;
/** What a pipe takes as a whole (PIPE_BUF of Linux), so that lines of several processes on one do not run into each other. */
const WRITTEN_BYTES_MAX = 4_096;

/** The service's log: JSON lines, without headers, bodies, addresses and values, in which people and secrets stand. */
export function serveLogger(stream?: DestinationStream): Logger {
  const options = {
    level: 'info',
    base: null,
    serializers: { err: errorLine, req: ({ id }: { readonly id: string }) => ({ id }), res: () => undefined },
  };
  const kept = { sync: false, minLength: KEPT_BYTES, maxWrite: WRITTEN_BYTES_MAX, periodicFlush: KEPT_MS };
  return pino(options, stream ?? pino.destination(kept));
}

/** What the log has of an error: its kind, code and place; its words only where they cannot quote a value. */
function errorLine(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack = '', cause } = error;
  const code = (error as { readonly code?: unknown }).code;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error instanceof CarryoverError || OWN_WORDS.has(name) ? { message } : {}),
    stack: frames.map((line) => line.trim()).join('\n'),
    ...(cause === undefined ? {} : { cause: errorLine(cause) }),
  };
}
