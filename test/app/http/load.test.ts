import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../../../src/client/index.ts';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { openDatabase } from '../../../src/sql/database.ts';
import { freePort } from '../../support/free-port.ts';
import { freshDatabase, testEngine, type FreshDatabase } from '../../support/fresh-database.ts';
import { ServedFolder } from '../../support/http/served-process.ts';
import { canStartServer, startOwnServer, type OwnServer } from '../../support/servers.ts';

const CLIENTS = 50;
const POSTS_EACH = 40;
const ACCOUNTS = 10;

/** How often a client asks before it gives up: for far longer than a server and its database take to come back. */
const ATTEMPTS_MAX = 60;

// Needs a database that may be killed, one of its own, and that waits for the disk: another may lose what it said was committed.
describe.runIf(canStartServer(testEngine()))('fifty clients who repeat what is not answered', () => {
  let engine: OwnServer;
  let fresh: FreshDatabase;
  let place: ServedFolder;
  let port: number;

  beforeAll(async () => {
    engine = await startOwnServer(testEngine(), 'benches');
    fresh = await freshDatabase(engine.url);
    place = new ServedFolder(fresh.url, { http: { requestsPerMinute: 10_000_000 } });
    port = await freePort();
  });
  afterAll(async () => {
    await place.remove();
    await fresh.drop();
    await engine.stop();
  });

  test('lose nothing and post nothing twice, though the server and then its database are killed under them', async () => {
    const made = await place.run('keys', 'create', 'the application', '--role', 'server', '--instance', 'test');
    const credential = made.stdout.trim();
    const first = await place.serve(port);
    const url = await first.ready;
    const client = createClient({ url, credential, attemptsMax: ATTEMPTS_MAX });
    const accounts: string[] = [];
    for (let index = 0; index < ACCOUNTS; index += 1) {
      const body = { system: 'shop', kind: 'wallet', owner: `o${index}`, unit: 'usd', floor: '0', lotted: false };
      accounts.push((await client.call('ledger.open-account', { body })).id);
    }
    let answered = 0;
    const kills = new Map<number, () => Promise<unknown>>([
      [CLIENTS * 10, () => first.end('SIGKILL').then(() => place.serve(port))],
      [CLIENTS * 25, () => engine.kill('SIGKILL').then(() => engine.restart())],
    ]);
    const under: Promise<unknown>[] = [];
    const work = async (number: number): Promise<void> => {
      for (let post = 0; post < POSTS_EACH; post += 1) {
        const accountId = accounts[(number + post) % ACCOUNTS] ?? '';
        const body = { accountId, amount: '0.01', kind: 'gift', contra: 'gifts' };
        await client.call('ledger.post', { body, key: `client-${number}:${post}` });
        answered += 1;
        const kill = kills.get(answered);
        if (kill !== undefined) under.push(kill());
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_client, number) => work(number)));
    await Promise.all(under);
    expect(under).toHaveLength(2);

    const database = await openDatabase(fresh.url);
    try {
      const { rows } = await sql<{ entries: unknown; names: unknown; total: unknown }>`
        select count(*) as entries, count(distinct idempotency_key) as names, sum(amount) as total
        from ${sql.table('carryover_entries')}`.execute(database.handle);
      const posts = CLIENTS * POSTS_EACH;
      expect(rows.map(({ entries, names, total }) => [Number(entries), Number(names), Number(total)])).toEqual([
        [posts, posts, posts * 10_000],
      ]);
      expect(await verifyLedger(database, {})).toMatchObject({ outcome: 'clean' });
    } finally {
      await database.close();
    }
  });
});
