import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from '../src/app/app.ts';
import { KeyStore } from '../src/app/identity/key-store.ts';
import { openServedInstance } from '../src/app/served-instance.ts';
import { coreMigrations } from '../src/cutover/index.ts';
import { migrateSchema } from '../src/sql/schema-migrator.ts';
import { billingSystem } from '../src/systems/billing/index.ts';
import { createSaasTables } from '../src/systems/billing/sample-saas/saas-tables.ts';
import type { ApiLoad } from './api-load-child.ts';
import { openEmptyBenchDatabase } from './bench-database.ts';
import { median, rounded, type BenchFindings, type BenchScenario, type BenchTarget } from './bench-scenario.ts';

const OWNERS = 1_000;
const ROUNDS = 3;
/** Rounds that are not counted: each process compiles what it runs often. */
const WARM_ROUNDS = 2;
const OPENED_AT_ONCE = 10;
const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const CHILD = fileURLToPath(new URL('api-load-child.ts', import.meta.url));
const PLAIN = fileURLToPath(new URL('api-plain-server.ts', import.meta.url));

/**
 * `POST /api/billing/v2/deduct` over 200 connections, against a bare route that does the same spend in one SQL statement. The bare
 * route is one process, ours serves by a worker for each processor; each has a database of its own, the load comes from another process, and the
 * rounds take turns, so that all meet the same noise.
 */
export const api: BenchScenario = {
  name: 'api',
  title: 'deductions over HTTP per second and their latency, against a bare route with one SQL statement',
  run,
};

/** A server under load. */
interface Rival {
  readonly url: string;
  readonly credential: string;
  stop(): Promise<void>;
}

async function run(target: BenchTarget): Promise<BenchFindings> {
  if (target.engine !== 'postgres')
    throw new Error('The bare route speaks to PostgreSQL. Run it with --engine postgres.');
  const ours = await startOurs(target);
  const plain = await startPlain(target);
  const series: Record<string, number[]> = {};
  const note = (name: string, figure: number): void => {
    (series[name] ??= []).push(figure);
    target.say(`${name} ${rounded(figure)}`);
  };
  try {
    // Compiled, prepared and connected, as processes that have run for a while.
    for (let round = 0; round < WARM_ROUNDS; round += 1) for (const rival of [ours, plain]) await load(rival, OWNERS);
    for (const { kind, owners, name, rival } of Array.from({ length: ROUNDS }, () => turnsOf({ ours, plain })).flat()) {
      const found = await load(rival, owners);
      note(`${kind}${name}PerSecond`, found.perSecond);
      note(`${kind}${name}P99Ms`, found.p99Ms);
    }
  } finally {
    await ours.stop();
    await plain.stop();
  }
  const figure = (name: string): number => median(series[name] ?? []);
  return {
    ratios: {
      spread: rounded(figure('spreadOursPerSecond') / figure('spreadPlainPerSecond')),
      hot: rounded(figure('hotOursPerSecond') / figure('hotPlainPerSecond')),
      p99: rounded(figure('spreadOursP99Ms') / figure('spreadPlainP99Ms')),
    },
    figures: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, rounded(median(values))])),
  };
}

/** Who is loaded, and over how many owners, in one round. */
interface Turn {
  readonly kind: 'spread' | 'hot';
  readonly owners: number;
  readonly name: 'Plain' | 'Ours';
  readonly rival: Rival;
}

function turnsOf({ ours, plain }: { readonly ours: Rival; readonly plain: Rival }): readonly Turn[] {
  return [
    { kind: 'spread', owners: OWNERS, name: 'Plain', rival: plain },
    { kind: 'spread', owners: OWNERS, name: 'Ours', rival: ours },
    { kind: 'hot', owners: 1, name: 'Plain', rival: plain },
    { kind: 'hot', owners: 1, name: 'Ours', rival: ours },
  ];
}

async function startOurs({ serverUrl }: BenchTarget): Promise<Rival> {
  const bench = await openEmptyBenchDatabase(serverUrl);
  const folder = mkdtempSync(join(tmpdir(), 'carryover-bench-api-'));
  const config = {
    instances: { bench: { urlEnv: 'BENCH_URL' } },
    systems: { billing: {} },
    http: { requestsPerMinute: 1_000_000_000, workers: availableParallelism() },
  };
  const file = join(folder, 'carryover.config.json');
  writeFileSync(file, JSON.stringify(config));
  await createSaasTables(bench.database);
  await migrateSchema(bench.database, [...coreMigrations, ...billingSystem.schemaMigrations], '0.0.0');
  const service = await openServedInstance(new App({ file, folder, config }, { BENCH_URL: bench.url }), 'bench');
  const { key } = await new KeyStore(service.database).create(
    { label: 'the application', role: 'server' },
    { kind: 'system', id: 'bench' },
  );
  await service.close();
  const args = [MAIN, 'serve', '--instance', 'bench', '--port', '0'];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, BENCH_URL: bench.url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await said(child, /at (http:\S+);/);
  await open(url, key);
  return {
    url,
    credential: key,
    async stop() {
      await end(child);
      await bench.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens the owners and gives each what no round uses up; the bare server has them from its start. Ours makes up the key of each call. */
async function open(url: string, credential: string): Promise<void> {
  const openFrom = async (first: number): Promise<void> => {
    for (let index = first; index < OWNERS; index += OPENED_AT_ONCE) {
      const userId = `o${index}`;
      await send(url, { credential, path: `/api/admin/billing/user/${userId}/open`, body: {} });
      await send(url, { credential, path: '/api/billing/v2/sync-subscription', body: subscriptionOf(userId) });
    }
  };
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, (_, first) => openFrom(first)));
}

function subscriptionOf(userId: string): object {
  const start = Math.floor(Date.now() / 1000) - 86_400;
  const subscription = {
    id: `sub_${userId}`,
    status: 'active',
    created: start,
    current_period_start: start,
    current_period_end: start + 30 * 86_400,
    items: { data: [{ price: { id: 'price_tier_200_1000_monthly' } }] },
  };
  return { user_id: userId, subscription };
}

async function send(
  url: string,
  { credential, path, body }: { readonly credential: string; readonly path: string; readonly body: object },
): Promise<void> {
  const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function startPlain({ serverUrl }: BenchTarget): Promise<Rival> {
  const bench = await openEmptyBenchDatabase(serverUrl);
  const child = spawn(process.execPath, [PLAIN, bench.url, String(OWNERS)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const url = await said(child, /at (http:\S+);/);
  return {
    url,
    credential: 'none',
    async stop() {
      await end(child);
      await bench.drop();
    },
  };
}

/** What a child tells on standard error, once it does. */
async function said(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`A server of the bench ended: ${text}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}

/** Loads a server from a process of its own. */
async function load({ url, credential }: Rival, owners: number): Promise<ApiLoad> {
  const child = spawn(process.execPath, [CHILD, url, credential, String(owners)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  await once(child, 'close');
  return JSON.parse(text) as ApiLoad;
}
