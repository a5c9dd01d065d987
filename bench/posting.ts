import type { Actor } from '../src/base/actor.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import type { BenchFindings, BenchScenario, BenchTarget } from './bench-scenario.ts';
import { median, rounded } from './bench-scenario.ts';
import { openBenchDatabase, type BenchDatabase } from './bench-database.ts';
import { openPlainPoster, type PlainPoster } from './plain-posts.ts';

const CALLERS = 256;
const ACCOUNTS_SPREAD = 10_000;
const ROUNDS = 5;
const ROUND_MS = 1_500;
/** Accounts that the warming posts go to, and how long each round of posts to accounts that are new to the process is. */
const ACCOUNTS_WARM = 100;
const UNKNOWN_MS = 300;
/** The baseline gets the number of connections that serves it best, of these. */
const CONNECTIONS_TRIED = [8, 24, 64];
const actor: Actor = { kind: 'system', id: 'bench' };

/** Posts one unit to an account, whoever does it. */
type Post = (accountId: bigint, amount: bigint, key: string) => Promise<boolean>;

/** Which accounts the callers post to. */
type Spread = 'spread' | 'hot';

/**
 * Posts by batches against one database transaction per post in plain SQL, in rounds that take turns, so that both meet
 * the same noise. Each has a database of its own on the same server, with the same tables, indexes and triggers.
 */
export const posting: BenchScenario = {
  name: 'posting',
  title: 'posts per second and latency, against one database transaction per post',
  run,
};

async function run(target: BenchTarget): Promise<BenchFindings> {
  const plainAt = await openBenchDatabase(target.serverUrl);
  const oursAt = await openBenchDatabase(target.serverUrl);
  const ledger = new Ledger(oursAt.database);
  const accounts = await openAccountsAlike(plainAt, oursAt);
  const spreadPlain = await openBestPlain(target, plainAt, { accounts, spread: 'spread' });
  const hotPlain = await openBestPlain(target, plainAt, { accounts, spread: 'hot' });
  const ours: Post = async (accountId, amount, key) => {
    const command = { type: 'post', key, actor, accountId, amount, kind: 'usage', contra: 'usage' } as const;
    const [outcome] = await ledger.execute([command]);
    return outcome?.status === 'posted';
  };
  try {
    return await measure(target, { accounts, ours, spreadPlain, hotPlain });
  } finally {
    await ledger.close();
    await spreadPlain.close();
    await hotPlain.close();
    await plainAt.drop();
    await oursAt.drop();
  }
}

interface Rivals {
  readonly accounts: readonly bigint[];
  readonly ours: Post;
  readonly spreadPlain: PlainPoster;
  readonly hotPlain: PlainPoster;
}

async function measure(
  { say }: BenchTarget,
  { accounts, ours, spreadPlain, hotPlain }: Rivals,
): Promise<BenchFindings> {
  const plain: Post = (accountId, amount, key) => spreadPlain.post(accountId, amount, key);
  const hot: Post = (accountId, amount, key) => hotPlain.post(accountId, amount, key);
  const series: Record<string, number[]> = {};
  const note = (name: string, figure: number): void => {
    (series[name] ??= []).push(figure);
    say(`${name} ${rounded(figure)}`);
  };
  // Compiled and prepared, as in a process that has run for a while; the trials above did that for the baseline.
  await latencies([plain, ours], anyOf(accounts.slice(0, ACCOUNTS_WARM)));
  // First, while both databases are small alike: after the rounds below, ours holds several times the rows.
  const unknown = eachOf(accounts.slice(ACCOUNTS_WARM));
  for (let round = 0; round < ROUNDS; round += 1) {
    const [plainMs, oursMs] = await latencies([plain, ours], unknown, UNKNOWN_MS);
    note('firstPlainMs', plainMs);
    note('firstOursMs', oursMs);
  }
  for (const post of [plain, ours]) await postToEach(post, accounts);
  for (let round = 0; round < ROUNDS; round += 1) {
    const [plainMs, oursMs] = await latencies([plain, ours], anyOf(accounts));
    note('singlePlainMs', plainMs);
    note('singleOursMs', oursMs);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    note('spreadPlainPerSecond', await rate(plain, accounts, 'spread'));
    note('spreadOursPerSecond', await rate(ours, accounts, 'spread'));
    note('hotPlainPerSecond', await rate(hot, accounts, 'hot'));
    note('hotOursPerSecond', await rate(ours, accounts, 'hot'));
  }
  const ratioOf = (numerator: string, denominator: string): number => {
    const rounds = (series[numerator] ?? []).map(
      (figure, round) => figure / (series[denominator]?.[round] ?? Number.NaN),
    );
    return rounded(median(rounds));
  };
  return {
    ratios: {
      spread: ratioOf('spreadOursPerSecond', 'spreadPlainPerSecond'),
      hot: ratioOf('hotOursPerSecond', 'hotPlainPerSecond'),
      singleMedian: ratioOf('singleOursMs', 'singlePlainMs'),
      singleFirst: ratioOf('firstOursMs', 'firstPlainMs'),
    },
    figures: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, rounded(median(values))])),
  };
}

let keysMade = 0;

/** Short and never the same twice, as an application's keys are. */
function nextKey(): string {
  keysMade += 1;
  return `bench:${process.pid}:${keysMade}`;
}

/** Posts per second of 256 callers, each of which makes its next post when it has the answer to the last. */
async function rate(post: Post, accounts: readonly bigint[], spread: Spread): Promise<number> {
  let posted = 0;
  const started = performance.now();
  const until = started + ROUND_MS;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      const account = spread === 'hot' ? 0 : Math.floor(Math.random() * accounts.length);
      if (!(await post(accounts[account] as bigint, -1n, nextKey()))) throw new Error('A post was refused.');
      posted += 1;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return (posted * 1000) / (performance.now() - started);
}

/** Gives the account of the next post. */
type NextAccount = () => bigint;

function anyOf(accounts: readonly bigint[]): NextAccount {
  return () => accounts[Math.floor(Math.random() * accounts.length)] as bigint;
}

/** One after the other, so that for a while each is one that this process never posted to. */
function eachOf(accounts: readonly bigint[]): NextAccount {
  let next = 0;
  return () => {
    const account = accounts[next];
    if (account === undefined) throw new Error('There are too few accounts for all first posts.');
    next += 1;
    return account;
  };
}

/** One post to each account, by all callers. */
async function postToEach(post: Post, accounts: readonly bigint[]): Promise<void> {
  const rest = [...accounts];
  const caller = async (): Promise<void> => {
    for (let account = rest.pop(); account !== undefined; account = rest.pop()) await post(account, -1n, nextKey());
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

/** Median time of one post of a caller who is alone, for two ways of posting that take turns post by post. */
async function latencies(
  posts: readonly [Post, Post],
  next: NextAccount,
  forMs: number = ROUND_MS,
): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  const until = performance.now() + forMs;
  for (let turn = 0; performance.now() < until; turn += 1) {
    const who = turn % 2 === 0 ? 0 : 1;
    const account = next();
    const started = performance.now();
    await posts[who](account, -1n, nextKey());
    times[who].push(performance.now() - started);
  }
  return [median(times[0]), median(times[1])];
}

/** The plain poster with the number of connections that gave the highest rate in a short trial. */
async function openBestPlain(
  { engine, say }: BenchTarget,
  { url }: BenchDatabase,
  { accounts, spread }: { accounts: readonly bigint[]; spread: Spread },
): Promise<PlainPoster> {
  let best = { connections: 0, perSecond: 0 };
  for (const connections of CONNECTIONS_TRIED) {
    const poster = await openPlainPoster(engine, url, connections);
    const perSecond = await rate((...post) => poster.post(...post), accounts, spread);
    await poster.close();
    say(`plain ${spread} over ${connections} connections ${rounded(perSecond)}`);
    if (perSecond > best.perSecond) best = { connections, perSecond };
  }
  return openPlainPoster(engine, url, best.connections);
}

/** The same accounts with the same balance in both databases; the ids agree because both start empty. */
async function openAccountsAlike(...places: readonly BenchDatabase[]): Promise<readonly bigint[]> {
  const lists: bigint[][] = [];
  for (const { database } of places) {
    const ledger = new Ledger(database);
    const opened = await ledger.openAccounts(
      Array.from({ length: ACCOUNTS_SPREAD }, (_, index) => ({
        ref: { system: 'bench', kind: 'wallet', owner: `o${index}` },
        unit: 'point',
        floor: 0n,
        lotted: false,
        authority: 'ledger' as const,
      })),
    );
    const ids = opened.map((account) => account.id);
    await ledger.execute(
      ids.map((accountId) => {
        const key = `start:${accountId}`;
        return {
          type: 'post',
          key,
          actor,
          accountId,
          amount: 1_000_000_000n,
          kind: 'start',
          contra: 'grants',
        } as const;
      }),
    );
    await ledger.close();
    lists.push(ids);
  }
  const [first, second] = lists;
  if (first === undefined || first.join() !== second?.join())
    throw new Error('The two databases number accounts apart.');
  return first;
}
