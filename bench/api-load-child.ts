// Deducts over HTTP from a process of its own. Arguments: the address, the credential, and over how many owners. Prints an `ApiLoad` as
// JSON. Each connection makes its next request when it has the answer to the last. It speaks HTTP over plain sockets, because Node's own
// client takes as long for a request as a server does, of the same two processors.

import { connect, type Socket } from 'node:net';
import { rounded } from './bench-scenario.ts';

/** What one round found. */
export interface ApiLoad {
  readonly perSecond: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 200;
const ROUND_MS = 3_000;

const [url = '', credential = '', ownersText = ''] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const owners = Number(ownersText);
const times: number[] = [];
let made = 0;
const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, open));
const started = performance.now();
await Promise.all(sockets.map(work));
const seconds = (performance.now() - started) / 1000;
for (const socket of sockets) socket.destroy();
const ordered = times.toSorted((one, other) => one - other);
const found: ApiLoad = {
  perSecond: rounded(times.length / seconds),
  p99Ms: rounded(ordered[Math.floor(ordered.length * 0.99)] ?? Number.NaN),
};
process.stdout.write(JSON.stringify(found));

async function open(): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', resolve);
  });
  return socket.setEncoding('latin1');
}

function work(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    let sentAt = send(socket);
    socket.once('close', () => reject(new Error('A connection ended in the middle of a round.')));
    socket.on('data', (more: string) => {
      text += more;
      if (!isWhole(text)) return;
      if (!text.startsWith('HTTP/1.1 200 ') || !text.includes('"charged"')) {
        reject(new Error(`A deduction was answered so: ${text}`));
        return;
      }
      text = '';
      times.push(performance.now() - sentAt);
      if (performance.now() - started < ROUND_MS) sentAt = send(socket);
      else resolve();
    });
  });
}

/** Whether an answer is there to its last byte; both servers say how long it is. */
function isWhole(text: string): boolean {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /^content-length: *(\d+)/im.exec(text)?.[1];
  return length !== undefined && text.length >= headEnd + 4 + Number(length);
}

/** Sends a deduction under a name that no other has, and tells when. */
function send(socket: Socket): number {
  made += 1;
  const name = `${process.pid}:${made}`;
  const owner = owners === 1 ? 0 : Math.floor(Math.random() * owners);
  const body = JSON.stringify({ user_id: `o${owner}`, source_id: name, amount: '0.000001' });
  const head = [
    'POST /api/billing/v2/deduct HTTP/1.1',
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${credential}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    `idempotency-key: ${name}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  return performance.now();
}
