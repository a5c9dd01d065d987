// Deducts over HTTP from a process of its own. Arguments: the address, the credential, and over how many owners. Prints an `ApiLoad` as
// JSON. Each connection makes its next request when it has the answer to the last.

import { Agent, request } from 'node:http';
import { rounded } from './bench-scenario.ts';

/** What one round found. */
export interface ApiLoad {
  readonly perSecond: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 200;
const ROUND_MS = 3_000;

const [url = '', credential = '', ownersText = ''] = process.argv.slice(2);
const owners = Number(ownersText);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const times: number[] = [];
let made = 0;
const started = performance.now();
await Promise.all(Array.from({ length: CONNECTIONS }, work));
const seconds = (performance.now() - started) / 1000;
agent.destroy();
const ordered = times.toSorted((one, other) => one - other);
const found: ApiLoad = {
  perSecond: rounded(times.length / seconds),
  p99Ms: rounded(ordered[Math.floor(ordered.length * 0.99)] ?? Number.NaN),
};
process.stdout.write(JSON.stringify(found));

async function work(): Promise<void> {
  while (performance.now() - started < ROUND_MS) {
    made += 1;
    const name = `${process.pid}:${made}`;
    const owner = owners === 1 ? 0 : Math.floor(Math.random() * owners);
    const before = performance.now();
    await deduct(name, JSON.stringify({ user_id: `o${owner}`, source_id: name, amount: '0.000001' }));
    times.push(performance.now() - before);
  }
}

function deduct(key: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${credential}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': key,
    };
    const sent = request(`${url}/api/billing/v2/deduct`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more: string) => (text += more));
      answer.once('end', () => {
        if (answer.statusCode === 200 && text.includes('"charged"')) resolve();
        else reject(new Error(`A deduction was answered ${answer.statusCode}: ${text}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
