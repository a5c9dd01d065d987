import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Ledger } from '../../src/ledger/ledger.ts';
import { lockAccounts } from '../../src/ledger/store/lock-accounts.ts';
import type { Outcome } from '../../src/ledger/types.ts';
import { verifyLedger } from '../../src/ledger/verify/verify-ledger.ts';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/sql/database.ts';
import { testEngine } from '../support/fresh-database.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { traits } from '../sql/database-fixture.ts';
import { openTestLedger, tester, type TestLedger } from './open-test-ledger.ts';
import { balanceAfter, openNew, post, wordOf, words } from './test-accounts.ts';

let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger();
});
afterAll(async () => {
  expect(await verifyLedger(opened.database)).toMatchObject({ outcome: 'clean' });
  await opened.close();
});

const onServers = test.skipIf(traits.embedded);

/** Keeps accounts locked, as another process may, until `release`; on SQLite that is the whole database. */
async function holdAccounts(...accountIds: readonly bigint[]): Promise<() => Promise<void>> {
  const other = await openDatabase(opened.url);
  const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = other.write(async (trx) => {
    await lockAccounts({ database: other, handle: trx }, accountIds);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  return async () => {
    release.resolve();
    await work;
    await other.close();
  };
}

/** A database of its own for a poster, and how many writing transactions went through it. */
async function withOwnDatabase(
  options: DatabaseOptions,
  work: (database: Database, written: () => number) => Promise<void>,
): Promise<void> {
  const database = await openDatabase(opened.url, options);
  let count = 0;
  const write = database.write.bind(database);
  database.write = (...args) => {
    count += 1;
    return write(...args);
  };
  try {
    await work(database, () => count);
  } finally {
    await database.close();
  }
}

describe('batches', () => {
  test('what arrives while a batch is under way goes into the next one together', async () => {
    const [locked = 0n, ...others] = await openNew(opened.ledger, {}, ...Array.from({ length: 50 }, () => ({})));
    await withOwnDatabase({}, async (database, written) => {
      const ledger = new Ledger(database, { lanes: 1 });
      const release = await holdAccounts(locked);
      const first = ledger.execute([post(locked, 1n, 'a')]);
      await new Promise((resolve) => setImmediate(resolve));
      const later = others.map((id) => ledger.execute([post(id, 1n, 'a')]));
      await release();
      const outcomes = await Promise.all([first, ...later]);
      expect(new Set(outcomes.flatMap(words))).toEqual(new Set(['posted']));
      expect(written()).toBe(2);
      await ledger.close();
    });
  });

  test('keep the order of one call on one account, over parcels, batches and lanes', async () => {
    const [one = 0n, other = 0n] = await openNew(opened.ledger, {}, {});
    const ledger = new Ledger(opened.database, { lanes: 4, batchCommandsMax: 70 });
    const commands = Array.from({ length: 300 }, (_, index) => post(index % 2 === 0 ? one : other, 1n, `k${index}`));
    const outcomes = await ledger.execute(commands);
    const balances = (start: number): (bigint | undefined)[] =>
      outcomes.filter((_, index) => index % 2 === start).map(balanceAfter);
    const expected = Array.from({ length: 150 }, (_, index) => BigInt(index + 1));
    expect([balances(0), balances(1)]).toEqual([expected, expected]);
    await ledger.close();
  });

  test('a call of thousands takes turns with a call of one', async () => {
    const [one = 0n, other = 0n] = await openNew(opened.ledger, {}, {});
    const ledger = new Ledger(opened.database, { lanes: 1, batchCommandsMax: 200 });
    const order: string[] = [];
    const many = ledger.execute(Array.from({ length: 2_000 }, (_, index) => post(one, 1n, `k${index}`)));
    const single = ledger.execute([post(other, 1n, 'k')]);
    await Promise.all([many.then(() => order.push('many')), single.then(() => order.push('single'))]);
    expect(order).toEqual(['single', 'many']);
    await ledger.close();
  });

  test('a refused atomic call leaves the calls around it in the batch as they would be without it', async () => {
    const [one = 0n, other = 0n] = await openNew(opened.ledger, {}, {});
    const ledger = new Ledger(opened.database, { lanes: 1 });
    const calls = await Promise.all([
      ledger.execute([post(one, 10n, 'a')]),
      ledger.execute([post(one, -8n, 'b'), post(other, -1n, 'c')], { atomic: true }),
      ledger.execute([post(one, -9n, 'd')]),
      ledger.execute([post(one, -1n, 'e'), post(other, 1n, 'f')], { atomic: true }),
    ]);
    expect(calls.map(words)).toEqual([
      ['posted'],
      ['abandoned', 'LEDGER_FLOOR_BREACHED'],
      ['posted'],
      ['posted', 'posted'],
    ]);
    expect(calls.map((outcomes) => balanceAfter(outcomes[0]))).toEqual([10n, 10n, 1n, 0n]);
    await ledger.close();
  });

  test('two calls under one key at once: one posts, one replays', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    const ledger = new Ledger(opened.database, { lanes: 2 });
    const outcomes = await Promise.all([1, 2, 3].map(() => ledger.execute([post(id, 7n, 'same')])));
    expect(outcomes.flatMap(words).toSorted()).toEqual(['posted', 'replayed', 'replayed']);
    expect(outcomes.flatMap((of) => of.map(balanceAfter))).toEqual([7n, 7n, 7n]);
    await ledger.close();
  });
});

describe('the queue', () => {
  test('refuses a call that would exceed it whole, as retryable, and takes it when there is room', async () => {
    const [locked = 0n, id = 0n] = await openNew(opened.ledger, {}, {});
    const ledger = new Ledger(opened.database, { lanes: 1, waitingCommandsMax: 5 });
    const release = await holdAccounts(locked);
    const first = ledger.execute([post(locked, 1n, 'a')]);
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = ledger.execute([1, 2, 3].map((n) => post(id, 1n, `k${n}`)));
    expect(ledger.waitingCommands).toBe(3);
    const excess = [4, 5, 6].map((n) => post(id, 1n, `k${n}`));
    await expect(ledger.execute(excess)).rejects.toMatchObject({
      code: 'LEDGER_QUEUE_FULL',
      retryable: true,
      details: { waiting: 6, waitingMax: 5 },
    });
    const fits = ledger.execute(excess.slice(0, 2));
    await release();
    await Promise.all([first, waiting, fits]);
    expect(words(await ledger.execute(excess))).toEqual(['replayed', 'replayed', 'posted']);
    await ledger.close();
  });

  test('closing answers all that was accepted, then nothing more is', async () => {
    const [locked = 0n, id = 0n] = await openNew(opened.ledger, {}, {});
    const ledger = new Ledger(opened.database, { lanes: 1, batchCommandsMax: 2 });
    const release = await holdAccounts(locked);
    const accepted = [post(locked, 1n, 'a'), ...[1, 2, 3, 4, 5].map((n) => post(id, 1n, `k${n}`))].map((command) =>
      ledger.execute([command]),
    );
    const closed = ledger.close();
    await expect(ledger.execute([post(id, 1n, 'late')])).rejects.toMatchObject({
      code: 'LEDGER_CLOSED',
      retryable: true,
    });
    await release();
    await closed;
    expect((await Promise.all(accepted)).flatMap(words)).toEqual(Array.from({ length: 6 }, () => 'posted'));
    expect(await wordOf(opened.ledger, post(id, 1n, 'late'))).toBe('posted');
  });
});

describe('a command that the database refuses', () => {
  beforeAll(async () => {
    const statement = traits.embedded
      ? `create trigger poison before insert on carryover_entries when new.kind = 'poison' begin select raise(abort, 'poison'); end`
      : `alter table carryover_entries add constraint poison check (kind <> 'poison')`;
    await sql.raw(statement).execute(opened.database.handle);
  });

  test('fails alone: everybody else in its batch is served', async () => {
    const accounts = await openNew(opened.ledger, ...Array.from({ length: 20 }, () => ({})));
    const ledger = new Ledger(opened.database, { lanes: 1 });
    const results = await Promise.allSettled(
      accounts.map((id, index) => ledger.execute([post(id, 1n, 'k', index === 13 ? { kind: 'poison' } : {})])),
    );
    const rejected = results.flatMap((result, index) => (result.status === 'rejected' ? [index] : []));
    expect(rejected).toEqual([13]);
    const outcomes = results.flatMap((result): readonly Outcome[] =>
      result.status === 'fulfilled' ? result.value : [],
    );
    expect(new Set(words(outcomes))).toEqual(new Set(['posted']));
    await ledger.close();
  });

  test('makes its own call fail, of which the rest is done, so that calling again replays it', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    const ledger = new Ledger(opened.database, { lanes: 1 });
    const commands = ['a', 'b', 'c'].map((key) => post(id, 1n, key, key === 'b' ? { kind: 'poison' } : {}));
    await expect(ledger.execute(commands)).rejects.toThrow(/poison/);
    expect(words(await ledger.execute(commands.filter((command) => command.kind !== 'poison')))).toEqual([
      'replayed',
      'replayed',
    ]);
    await ledger.close();
  });

  test('makes an atomic call fail whole', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    const ledger = new Ledger(opened.database, { lanes: 1 });
    const call = ledger.execute([post(id, 1n, 'a'), post(id, 1n, 'b', { kind: 'poison' })], { atomic: true });
    const beside = ledger.execute([post(id, 5n, 'c')]);
    await expect(call).rejects.toThrow(/poison/);
    expect(words(await beside)).toEqual(['posted']);
    expect(await wordOf(ledger, post(id, 1n, 'a'))).toBe('posted');
    await ledger.close();
  });
});

describe('an account that somebody holds for too long', () => {
  onServers('delays its own callers only; they are told to try again', async () => {
    const [locked = 0n, free = 0n] = await openNew(opened.ledger, {}, {});
    await withOwnDatabase({ lockTimeoutMs: 1_000 }, async (database) => {
      const ledger = new Ledger(database, { lanes: 1 });
      const release = await holdAccounts(locked);
      const calls = await Promise.allSettled([
        ledger.execute([post(locked, 1n, 'a')]),
        ledger.execute([post(free, 1n, 'a')]),
        ledger.execute([post(2n ** 60n, 1n, 'a')]),
      ]);
      await release();
      expect(calls[0]).toMatchObject({ status: 'rejected', reason: { code: 'SQL_LOCK_TIMEOUT', retryable: true } });
      expect(calls.slice(1)).toMatchObject([
        { status: 'fulfilled', value: [{ status: 'posted' }] },
        { status: 'fulfilled', value: [{ status: 'refused', code: 'LEDGER_ACCOUNT_UNKNOWN' }] },
      ]);
      expect(await wordOf(ledger, post(locked, 1n, 'a'))).toBe('posted');
      await ledger.close();
    });
  });

  onServers('is of no concern to the other lanes', async () => {
    const ids = await openNew(opened.ledger, {}, {});
    const ledger = new Ledger(opened.database, { lanes: 2 });
    const release = await holdAccounts(ids[0] ?? 0n);
    const stuck = ledger.execute([post(ids[0] ?? 0n, 1n, 'a')]);
    expect(await wordOf(ledger, post(ids[1] ?? 0n, 1n, 'a'))).toBe('posted');
    await release();
    expect(words(await stuck)).toEqual(['posted']);
    await ledger.close();
  });

  onServers('is given up by a process that stalls with it', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    const stalled = await openDatabase(opened.url);
    const [held, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const work = stalled.write(async (trx) => {
      await stalled.dialect.statements.limitWaits(trx, { idleTimeoutMs: 500 });
      await lockAccounts({ database: stalled, handle: trx }, [id]);
      held.resolve();
      await end.promise;
    });
    const failed = expect(work).rejects.toMatchObject({ code: 'SQL_UNREACHABLE' });
    await held.promise;
    expect(await wordOf(opened.ledger, post(id, 1n, 'a'))).toBe('posted');
    end.resolve();
    // Nothing more is sent in that transaction but COMMIT, of which the server knows nothing any more.
    await failed.catch(() => expect(work).rejects.toMatchObject({ code: 'SQL_COMMIT_UNKNOWN' }));
    await stalled.close();
  });
});

describe('a connection that is lost', () => {
  /** A ledger whose connections go through a proxy. */
  async function behindProxy(work: (ledger: Ledger, proxy: TcpProxy) => Promise<void>): Promise<void> {
    const proxy = await TcpProxy.start(opened.url);
    const database = await openDatabase(proxy.through(opened.url));
    const ledger = new Ledger(database, { lanes: 1 });
    try {
      await work(ledger, proxy);
    } finally {
      await ledger.close();
      await database.close();
      await proxy.stop();
    }
  }

  const COMMIT = /\bcommit\b(?!ted)/i;

  onServers('with the answer to COMMIT: what was committed is found, and answered as a replay', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    await behindProxy(async (ledger, proxy) => {
      const cut = proxy.cutAt(COMMIT, 'reply');
      expect(await wordOf(ledger, post(id, 5n, 'first'))).toBe('replayed');
      await cut;
      const [next] = await ledger.execute([post(id, 5n, 'second')]);
      expect(next?.after[0]).toMatchObject({ balance: 10n, seq: 2n });
    });
  });

  onServers('with the answer to what was posted on what is remembered: it is found as well', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    await behindProxy(async (ledger, proxy) => {
      for (const key of ['first', 'second', 'third']) expect(await wordOf(ledger, post(id, 5n, key))).toBe('posted');
      // PostgreSQL has prepared COMMIT by now, so its word does not travel; but the key travels with it.
      const cut = proxy.cutAt(testEngine() === 'postgres' ? /the doubtful one/ : COMMIT, 'reply');
      expect(await wordOf(ledger, post(id, 5n, 'the doubtful one'))).toBe('replayed');
      await cut;
      const [next] = await ledger.execute([post(id, 5n, 'last')]);
      expect(next).toMatchObject({ status: 'posted', after: [{ balance: 25n, seq: 5n }] });
    });
  });

  onServers('with COMMIT itself: what was not committed is done, once, under the same key', async () => {
    const [id = 0n, other = 0n] = await openNew(opened.ledger, {}, {});
    await behindProxy(async (ledger, proxy) => {
      const cut = proxy.cutAt(COMMIT, 'request');
      const calls = await Promise.all([
        ledger.execute([post(id, 5n, 'a'), post(id, -100n, 'b')]),
        ledger.execute([post(id, 1n, 'c'), post(other, 1n, 'd')], { atomic: true }),
      ]);
      await cut;
      expect(calls.map(words)).toEqual([
        ['posted', 'LEDGER_FLOOR_BREACHED'],
        ['posted', 'posted'],
      ]);
      expect(balanceAfter(calls[1]?.[0])).toBe(6n);
    });
  });

  onServers('before COMMIT: the batch is made again on another connection', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    await behindProxy(async (ledger, proxy) => {
      expect(await wordOf(ledger, post(id, 5n, 'a'))).toBe('posted');
      proxy.cutAll();
      expect(await wordOf(ledger, post(id, 5n, 'b'))).toBe('posted');
      const cut = proxy.cutAt(/carryover_accounts/, 'request');
      const [outcome] = await ledger.execute([post(id, 5n, 'c')]);
      await cut;
      expect(['posted', 'replayed']).toContain(outcome?.status);
      expect(balanceAfter(outcome)).toBe(15n);
    });
  });

  onServers('for good: callers are told so, and the ledger serves again when it is back', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    const proxy = await TcpProxy.start(opened.url);
    const database = await openDatabase(proxy.through(opened.url));
    const ledger = new Ledger(database);
    await proxy.stop();
    await expect(ledger.execute([post(id, 1n, 'a')])).rejects.toMatchObject({
      code: 'SQL_UNREACHABLE',
      retryable: true,
    });
    await ledger.close();
    await database.close();
    expect(await wordOf(opened.ledger, post(id, 1n, 'a'))).toBe('posted');
  });
});

describe('what is remembered of an account', () => {
  test('is never told: whoever changed it in between, the answer is what the database says', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    const [one, other] = [new Ledger(opened.database), new Ledger(opened.database)];
    let balance = 0n;
    for (let turn = 0; turn < 40; turn += 1) {
      const ledger = turn % 3 === 0 ? other : one;
      const amount = turn % 4 === 3 ? -1n : 2n;
      const [outcome] = await ledger.execute([post(id, amount, `t${turn}`)]);
      balance += amount;
      expect(outcome).toMatchObject({ status: 'posted', after: [{ balance, seq: BigInt(turn + 1) }] });
    }
    expect(await wordOf(one, post(id, -balance - 1n, 'too much'))).toBe('LEDGER_FLOOR_BREACHED');
    await Promise.all([one.close(), other.close()]);
  });

  test('does not let a floor, a status or an authority be passed that changed since', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    const ledger = new Ledger(opened.database);
    const on = { actor: tester, accountId: id } as const;
    await ledger.execute([post(id, 10n, 'start')]);
    await opened.ledger.execute([{ type: 'set-floor', ...on, key: 'floor', floor: 8n }]);
    expect(await wordOf(ledger, post(id, -3n, 'a'))).toBe('LEDGER_FLOOR_BREACHED');
    await opened.ledger.execute([{ type: 'freeze', ...on, key: 'freeze' }]);
    expect(await wordOf(ledger, post(id, 1n, 'b'))).toBe('LEDGER_ACCOUNT_FROZEN');
    await opened.ledger.execute([{ type: 'unfreeze', ...on, key: 'unfreeze' }]);
    expect(await wordOf(ledger, post(id, 1n, 'c'))).toBe('posted');
    await sql`update ${sql.table('carryover_accounts')} set authority = 'legacy' where id = ${id}`.execute(
      opened.database.handle,
    );
    expect(await wordOf(ledger, post(id, 1n, 'd'))).toBe('LEDGER_AUTHORITY_LEGACY');
    await ledger.close();
  });

  test('does not hide a key that a hold, a release or an audited change has used since', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    const ledger = new Ledger(opened.database);
    const on = { actor: tester, accountId: id } as const;
    for (const key of ['held', 'released', 'set', 'posted']) {
      await ledger.execute([post(id, 10n, `before ${key}`)]);
      await opened.ledger.execute([
        { type: 'hold', ...on, key: key === 'held' ? key : `hold ${key}`, amount: 1n },
        {
          type: 'release',
          ...on,
          key: key === 'released' ? key : `release ${key}`,
          holdKey: key === 'held' ? key : `hold ${key}`,
        },
        { type: 'set-floor', ...on, key: key === 'set' ? key : `floor ${key}`, floor: 0n },
        ...(key === 'posted' ? [post(id, 3n, key)] : []),
      ]);
      expect(await wordOf(ledger, post(id, -1n, key))).toBe('LEDGER_KEY_REUSED');
    }
    expect(await wordOf(ledger, post(id, 3n, 'posted'))).toBe('replayed');
    await ledger.close();
  });

  onServers('saves a lone caller all round trips but those of the write', async () => {
    const [id = 0n] = await openNew(opened.ledger);
    const proxy = await TcpProxy.start(opened.url);
    const database = await openDatabase(proxy.through(opened.url));
    const ledger = new Ledger(database);
    const tripsOf = async (key: string): Promise<number> => {
      const before = proxy.roundTrips;
      expect(await wordOf(ledger, post(id, 1n, key))).toBe('posted');
      return proxy.roundTrips - before;
    };
    const first = await tripsOf('first');
    await tripsOf('second');
    const remembered = await tripsOf('third');
    expect(remembered).toBeLessThanOrEqual(first / 1.5);
    await ledger.close();
    await database.close();
    await proxy.stop();
  });
});
