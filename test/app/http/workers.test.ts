import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { openDatabase } from '../../../src/sql/database.ts';
import { freePort } from '../../support/free-port.ts';
import { freshDatabase, testEngine, type FreshDatabase } from '../../support/fresh-database.ts';
import { LoadClients } from '../../support/http/load-clients.ts';
import { ServedFolder, type ServedProcess } from '../../support/http/served-process.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const WORKERS = 3;
const POSTS = 300;
const isSqlite = testEngine() === 'sqlite';

let fresh: FreshDatabase;
let folder: ServedFolder;
beforeAll(async () => {
  fresh = await freshDatabase();
  folder = new ServedFolder(fresh.url, { http: { requestsPerMinute: 1_000_000_000, workers: WORKERS } });
});
afterAll(async () => {
  await folder.remove();
  await fresh.drop();
});

/** The processes that a process started and that still are. */
function childrenOf(pid: number): readonly number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm=']).toString().trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/));
  return rows.filter(([, parent, name]) => Number(parent) === pid && name !== 'ps').map(([child]) => Number(child));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 30_000; !(await holds()); await delay(50))
    if (performance.now() > end) throw new Error('What was waited for did not come within 30 s.');
}

/** The value of one series without labels, as any of the workers tells it. */
async function figure(url: string, key: string, series: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, {
    // A connection of its own each time, so that the workers take turns.
    headers: { authorization: `Bearer ${key}`, connection: 'close' },
  });
  const text = await answer.text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

const POSTED = 'carryover_posts_total{outcome="posted"}';

describe.skipIf(isSqlite)('several processes that serve one address', () => {
  let served: ServedProcess;
  let url: string;
  let key: string;
  beforeAll(async () => {
    served = await folder.serve(await freePort());
    url = await served.ready;
    // Told in a line of its own, which may come a moment after the address.
    await until(() => /told this once: \S+\n/.test(served.said));
    key = /told this once: (\S+)/.exec(served.said)?.[1] ?? '';
  });

  test('the first start tells one key, and each worker takes its part', async () => {
    expect(served.said.match(/told this once/g)).toHaveLength(1);
    expect(childrenOf(served.pid)).toHaveLength(WORKERS);
    const clients = new LoadClients({ url, credential: key });
    await clients.open(10);
    await clients.work(12, { postsEach: POSTS / 12 });
    expect(clients.accepted).toHaveLength(POSTS);
    const told = await Promise.all(Array.from({ length: WORKERS * 2 }, () => figure(url, key, POSTED)));
    expect(new Set(told)).toEqual(new Set([POSTS]));
    // Jobs are started in one of them only, and each tells how it found the database.
    expect(await figure(url, key, 'carryover_scheduler_alive')).toBe(1);
    expect(await figure(url, key, 'carryover_database_up')).toBe(1);
  });

  test('one that is killed is replaced, its clients lose nothing, and totals do not fall', async () => {
    const clients = new LoadClients({ url, credential: key });
    // Calls that were answered, those of keys that were used before among them.
    const before = await figure(url, key, 'carryover_post_seconds_count');
    const [victim = 0] = childrenOf(served.pid);
    await clients.open(10);
    const working = clients.work(12, { postsEach: POSTS / 12 });
    await until(() => clients.accepted.length > POSTS / 3);
    process.kill(victim, 'SIGKILL');
    await working;
    expect(clients.accepted).toHaveLength(POSTS);
    const database = await openDatabase(fresh.url);
    expect(Number((await verifyLedger(database, {})).breachesCount)).toBe(0);
    await database.close();
    await until(() => childrenOf(served.pid).length === WORKERS && !childrenOf(served.pid).includes(victim));
    expect(served.log).toContain('a worker ended; another takes its place');
    expect(before).toBeGreaterThan(0);
    expect(await figure(url, key, 'carryover_post_seconds_count')).toBeGreaterThan(before);
    await until(async () => (await figure(url, key, 'carryover_scheduler_alive')) === 1);
  });

  test('asked to end, all end, and what each had accepted is answered', async () => {
    const pids = childrenOf(served.pid);
    expect(await served.end('SIGTERM')).toBe(0);
    expect(served.said.match(/Stopping after this step/g)).toHaveLength(1);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('without the process that started them, they end', async () => {
    const other = await folder.serve(await freePort());
    const pids = childrenOf(other.pid);
    expect(pids).toHaveLength(WORKERS);
    await other.end('SIGKILL');
    await until(() => pids.every((pid) => !isAlive(pid)));
  });

  test('an address that is taken ends all of them, with the reason told once', async () => {
    const port = await freePort();
    const holder = await folder.serve(port);
    const result = await folder.run('serve', '--instance', 'test', '--port', String(port), '--workers', '2');
    expect(result.exitCode).not.toBe(0);
    expect(result.stderr.match(/HTTP_ADDRESS_UNAVAILABLE/g)).toHaveLength(1);
    expect(result.stderr).toContain('HTTP_WORKER_ENDED');
    await holder.end('SIGTERM');
  });
});

test('one that a process manager runs under its own node:cluster serves alone, with its jobs and its own figures', async () => {
  // A database of its own, since one that has a key tells no first one to the other tests.
  const own = await freshDatabase();
  const place = new ServedFolder(own.url, { http: { workers: WORKERS } });
  const program = join(place.folder, 'manager.cjs');
  writeFileSync(
    program,
    `const cluster = require('node:cluster');
    cluster.setupPrimary({ exec: ${JSON.stringify(MAIN)}, args: ['serve', '--instance', 'test', '--port', '0'] });
    const worker = cluster.fork();
    process.on('SIGTERM', () => worker.process.kill('SIGTERM'));`,
  );
  const made = await place.run('keys', 'create', 'figures', '--role', 'server', '--instance', 'test');
  const environment = { ...process.env, TEST_URL: own.url };
  const child = spawn(process.execPath, [program], {
    cwd: place.folder,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  try {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await until(() => /at (http:\S+);/.test(said));
    const url = /at (http:\S+);/.exec(said)?.[1] ?? '';
    expect(await figure(url, made.stdout.trim(), 'carryover_scheduler_alive')).toBe(1);
  } finally {
    child.kill('SIGTERM');
    await ended;
    await place.remove();
    await own.drop();
  }
});

describe('how many may serve', () => {
  test.each(['0', '65', 'two', '1.5', '-1'])('%s workers are refused', async (count) => {
    const result = await folder.run('serve', '--instance', 'test', '--port', '0', `--workers=${count}`);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('a whole number from 1 to 64');
  });

  test.runIf(isSqlite)('one writer at a time serves no two processes', async () => {
    const result = await folder.run('serve', '--instance', 'test', '--port', '0', '--workers', '2');
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('one writer at a time');
  });
});
