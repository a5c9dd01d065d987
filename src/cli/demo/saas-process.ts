import { Writable } from 'node:stream';
import { exitCodeOf } from '../exit-codes.ts';
import { Output } from '../output.ts';
import { tellError } from '../run-program.ts';
import type { CommandRun } from '../command.ts';
import { carrySaas } from './carry-saas.ts';
import type { SaasMessage, SaasOrder } from './saas-messages.ts';

// Carries the sample SaaS in a process of its own, beside the school. What it prints goes to its parent line by line, since both at once on one
// terminal would be read by nobody. It ends where its parent is gone.

const order = JSON.parse(process.argv[2] ?? '{}') as SaasOrder;
const over = new AbortController();
for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(event, () => over.abort());

const output = new Output(
  { stdout: toParent('stdout'), stderr: toParent('stderr') },
  { json: order.json, color: order.color },
);
const run: CommandRun = {
  output,
  options: { json: order.json, debug: order.debug },
  name: 'demo',
  folder: order.folder,
  environment: process.env,
  signal: over.signal,
  terminal: undefined,
  app: () => Promise.reject(new Error('The demo has a configuration for each of its folders.')),
};

try {
  say({ carried: await carrySaas(run, order) });
} catch (error) {
  tellError(run, error);
  say({ failed: exitCodeOf(error) });
}
process.disconnect();

/** Each line comes by one write, since nothing is redrawn where no terminal is. */
function toParent(stream: 'stdout' | 'stderr'): Writable {
  return new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      say({ stream, text });
      done();
    },
  });
}

/** A parent that is gone hears nothing, and the run ends by that. */
function say(message: SaasMessage): void {
  if (process.connected) process.send?.(message);
}
