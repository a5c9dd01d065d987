import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to the near ends of connections (32768 and up on Linux): there, a server that is ended and started
 * again may find its port taken by somebody's connection in between.
 */
const PORT_MIN = 20_000;
const PORT_MAX = 32_000;
const TRIES = 200;

/**
 * A TCP port of 127.0.0.1 that nobody listens on at this moment. Another process may take it before the caller does, so
 * who starts a server on it tries again with a new port when the start fails.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (await isFree(port)) return port;
  }
  throw new Error(`None of ${TRIES} ports from ${PORT_MIN} to ${PORT_MAX} is free.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => resolve(true));
    });
  });
}
