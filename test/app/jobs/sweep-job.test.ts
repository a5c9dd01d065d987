import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../../src/base/actor.ts';
import type { Instant } from '../../../src/base/instant.ts';
import { sweepJob, type Swept } from '../../../src/app/jobs/sweep-job.ts';
import { readBalance, type BalanceNow } from '../../../src/ledger/reads/read-balance.ts';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import type { Command } from '../../../src/ledger/types.ts';
import { openTestInstance, type TestServer } from './open-test-instance.ts';

const actor: Actor = { kind: 'system', id: 'test' };
const HOUR_MS = 3_600_000;

let on: TestServer;
let now: Instant;
beforeEach(async () => {
  on = await openTestInstance();
  const { database } = on.service;
  now = await database.dialect.statements.serverNow(database.handle);
});
afterEach(() => on.close());

const sweep = (): Promise<unknown> => sweepJob.run(on.service, { signal: new AbortController().signal });

/** An account with a lot of 5 that does not expire, a lot of 4 and a hold of 3 that do in an hour. */
async function account(owner: string): Promise<bigint> {
  const [opened] = await on.service.ledger.openAccounts([
    { ref: { system: 'test', kind: 'wallet', owner }, unit: 'point', floor: 0n, lotted: true, authority: 'ledger' },
  ]);
  const accountId = opened?.id ?? 0n;
  const expiresAt = now.plusMillis(HOUR_MS);
  const lot = {
    type: 'grant-lot',
    accountId,
    contra: 'grants',
    kind: 'grant',
    actor,
    funding: 'granted',
    priority: 1n,
  } as const;
  const commands: Command[] = [
    { ...lot, key: 'for-good', amount: 5n },
    { ...lot, key: 'for-an-hour', amount: 4n, expiresAt },
    { type: 'hold', accountId, key: 'held', amount: 3n, expiresAt, actor },
  ];
  await on.service.ledger.executeOrThrow(commands);
  return accountId;
}

/** As if so much time had passed for what expires on these accounts. */
async function age(accountIds: readonly bigint[], expiredAt: Instant): Promise<void> {
  const { database } = on.service;
  const { statements, expressions } = database.dialect;
  await database.write(async (trx) => {
    for (const table of ['carryover_holds', 'carryover_lots']) {
      await sql`update ${sql.table(table)} set expires_at = ${expressions.instant(expiredAt)}
        where expires_at is not null and ${statements.idIn('account_id', accountIds)}`.execute(trx);
    }
  });
}

function balance(accountId: bigint): Promise<BalanceNow | undefined> {
  const { database } = on.service;
  return database.read((handle) => readBalance({ database, handle }, accountId));
}

async function expiries(accountId: bigint): Promise<readonly { amount: bigint; occurred_at: Instant }[]> {
  const { rows } = await sql<{ amount: bigint; occurred_at: Instant }>`select amount, occurred_at
    from ${sql.table('carryover_entries')} where account_id = ${accountId} and kind = 'expiry'`.execute(
    on.service.database.handle,
  );
  return rows;
}

test('what has expired is written down, dated when it expired, and no balance changes by it', async () => {
  const [expired, fresh] = [await account('expired'), await account('fresh')];
  const { dialect, handle } = on.service.database;
  const expiredAt = await dialect.statements.serverNow(handle);
  await age([expired], expiredAt);
  const before = await balance(expired);
  expect(before).toMatchObject({ balance: 5n, held: 0n });
  expect(await sweep()).toEqual({ looked: 2, touched: 1, expiries: 1, holdsExpired: 1 } satisfies Swept);
  expect(await expiries(expired)).toEqual([{ amount: -4n, occurred_at: expiredAt }]);
  expect(await expiries(fresh)).toEqual([]);
  expect(await balance(expired)).toMatchObject({ balance: 5n, held: 0n, available: 5n });
  expect(await balance(fresh)).toMatchObject({ balance: 9n, held: 3n, available: 6n });
  // The hashes of what was aged are those of what was asked for, so they are left out.
  expect((await verifyLedger(on.service.database, { contentHashes: false })).breaches).toEqual([]);
});

test('a second sweep, and two at once, find nothing more', async () => {
  const ids = [await account('a'), await account('b'), await account('c')];
  await age(ids, now.plusMillis(-1));
  const [one, other] = (await Promise.all([sweep(), sweep()])) as [Swept, Swept];
  expect(one.expiries + other.expiries).toBe(3);
  expect(one.holdsExpired + other.holdsExpired).toBe(3);
  expect(await sweep()).toMatchObject({ touched: 0, expiries: 0, holdsExpired: 0 });
});

test('accounts whose balance legacy decides are left alone', async () => {
  const id = await account('elsewhere');
  await age([id], now.plusMillis(-1));
  await on.service.database.write((trx) =>
    sql`update ${sql.table('carryover_accounts')} set authority = 'legacy'`.execute(trx),
  );
  expect(await sweep()).toMatchObject({ looked: 0, touched: 0 });
  expect(await on.service.ledger.touchAccounts([id, 999_999n])).toEqual({ expiries: 0, holdsExpired: 0 });
});

test('a server that is to end stops between two pages', async () => {
  await account('a');
  const stopped = AbortSignal.abort(new Error('the server ends'));
  await expect(sweepJob.run(on.service, { signal: stopped })).rejects.toThrow('the server ends');
});
