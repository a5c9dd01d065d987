import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { openDatabase, type Database } from '../../../src/sql/database.ts';
import { freePort } from '../free-port.ts';
import type { OwnServer } from '../servers.ts';
import { LoadClients, type AcceptedPost, type LoadEnd } from './load-clients.ts';
import { ServedFolder, type ServedProcess } from './served-process.ts';

/** How large a load is. */
export interface LoadSize {
  readonly clients: number;
  readonly accounts: number;
  readonly end: LoadEnd;
}

/** The load that the product is held to: 200 clients for a minute. */
export const FULL_LOAD: LoadSize = { clients: 200, accounts: 1_000, end: { seconds: 60 } };

/** What is loaded. */
export interface LoadTarget {
  /** An empty database. */
  readonly url: string;
  /** The server of that database, to be killed too; absent for an engine without one. */
  readonly engine: OwnServer | undefined;
  readonly say?: (line: string) => void;
}

/** What the clients were told, and what of it is in the database. */
export interface LoadFindings {
  readonly accepted: number;
  readonly seconds: number;
  /** Requests that were sent again. */
  readonly retries: number;
  /** The longest time without an accepted post, from each kill on. */
  readonly longestGapMs: { readonly before: number; readonly serverKilled: number; readonly databaseKilled: number };
  /** Accepted posts that are not in the database, or not as they were told. */
  readonly lost: number;
  /** Entries beyond those of the accepted posts. */
  readonly doubled: number;
  readonly breaches: number;
  /** The exit code of the server when it was asked to end after all of this. */
  readonly exitCode: number;
}

/** A third of the work is done before the server is killed, and another before its database is. */
const THIRDS = [1 / 3, 2 / 3] as const;

/**
 * Has clients post to `carryover serve` while it is killed by SIGKILL and started again, and then its database is; each client repeats what is
 * not answered under its key. Then holds every answer against the entries. Throws what a client throws that gave up.
 */
export async function loadUnderKills(target: LoadTarget, size: LoadSize): Promise<LoadFindings> {
  const place = new ServedFolder(target.url, { http: { requestsPerMinute: 1_000_000_000 } });
  try {
    const made = await place.run('keys', 'create', 'the application', '--role', 'server', '--instance', 'test');
    const port = await freePort();
    const killer = new Killer(target, place, { port, first: await place.serve(port) });
    const onAccepted = (accepted: number): void => {
      if ('postsEach' in size.end) killer.reach(accepted / (size.end.postsEach * size.clients));
    };
    const service = { url: `http://127.0.0.1:${port}`, credential: made.stdout.trim() };
    const clients = new LoadClients(service, onAccepted);
    killer.clients = clients;
    await clients.open(size.accounts);
    const startedMs = performance.now();
    const timed = 'seconds' in size.end ? killer.followClock(size.end.seconds * 1000) : Promise.resolve();
    await clients.work(size.clients, size.end);
    const seconds = (performance.now() - startedMs) / 1000;
    await timed;
    const longestGapMs = await killer.done();
    const exitCode = await killer.served.end('SIGTERM');
    const retries = clients.sent - clients.accepted.length;
    const compared = await compare(target.url, clients.accepted);
    return { accepted: clients.accepted.length, seconds, retries, longestGapMs, ...compared, exitCode };
  } finally {
    await place.remove();
  }
}

/** Kills the server at the first third of the work and its database at the second, and has them back. */
class Killer {
  clients: LoadClients | undefined;
  served: ServedProcess;
  readonly #target: LoadTarget;
  readonly #place: ServedFolder;
  readonly #port: number;
  readonly #gaps: number[] = [];
  #under: Promise<unknown> = Promise.resolve();

  constructor(target: LoadTarget, place: ServedFolder, on: { readonly port: number; readonly first: ServedProcess }) {
    this.#target = target;
    this.#place = place;
    this.#port = on.port;
    this.served = on.first;
  }

  /** Tells how much of the work is done, from 0 to 1. */
  reach(share: number): void {
    const next = THIRDS[this.#gaps.length];
    if (next === undefined || share < next) return;
    this.#gaps.push(this.clients?.takeLongestGapMs() ?? 0);
    const isFirst = this.#gaps.length === 1;
    // One after the other, however quickly the clients get there.
    this.#under = this.#under.then(() => (isFirst ? this.#killServer() : this.#killDatabase()));
  }

  async followClock(ms: number): Promise<void> {
    const startedMs = performance.now();
    for (const share of THIRDS) {
      await delay(ms * share - (performance.now() - startedMs));
      this.reach(share);
    }
  }

  /** Once both are back: the longest gaps before the first kill, after it, and after the second. */
  async done(): Promise<LoadFindings['longestGapMs']> {
    await this.#under;
    const [before, serverKilled] = this.#gaps;
    if (before === undefined || serverKilled === undefined) throw new Error('The load ended before both kills.');
    return { before, serverKilled, databaseKilled: this.clients?.takeLongestGapMs() ?? 0 };
  }

  async #killServer(): Promise<void> {
    this.#target.say?.('killing the server');
    await this.served.end('SIGKILL');
    this.served = await this.#place.serve(this.#port);
  }

  async #killDatabase(): Promise<void> {
    const { engine } = this.#target;
    if (engine === undefined) return;
    this.#target.say?.('killing its database');
    await engine.kill('SIGKILL');
    await engine.restart();
  }
}

async function compare(
  url: string,
  accepted: readonly AcceptedPost[],
): Promise<Pick<LoadFindings, 'lost' | 'doubled' | 'breaches'>> {
  const database = await openDatabase(url);
  try {
    const keys = await keysBySeq(database);
    const lost = accepted.filter(({ accountId, seq, key }) => keys.get(`${accountId}:${seq}`) !== key).length;
    const { breachesCount } = await verifyLedger(database, {});
    return { lost, doubled: keys.size - (accepted.length - lost), breaches: Number(breachesCount) };
  } finally {
    await database.close();
  }
}

async function keysBySeq(database: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ account_id: bigint; seq: bigint; name: string }>`
    select account_id, seq, idempotency_key as name from ${sql.table('carryover_entries')}`.execute(database.handle);
  return new Map(rows.map(({ account_id: account, seq, name }) => [`${account}:${seq}`, name]));
}
