import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CarryoverError } from '../../src/base/errors.ts';
import type { Handle } from '../../src/sql/engine.ts';
import { verifyLedger } from '../../src/ledger/verify/verify-ledger.ts';
import { openAppConnection } from '../support/app-connection.ts';
import { accountSpec, openTestLedger, tester, type TestLedger } from './open-test-ledger.ts';
import { balanceAfter, openNew, post, wordOf, words } from './test-accounts.ts';

let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger();
});
afterAll(async () => {
  expect(await verifyLedger(opened.database)).toMatchObject({ outcome: 'clean' });
  await opened.close();
});

async function countEntries(accountId: bigint, handle: Handle = opened.database.handle): Promise<bigint> {
  const { rows } = await sql<{ entries: bigint }>`
    select count(*) as entries from ${sql.table('carryover_entries')} where account_id = ${accountId}`.execute(handle);
  return rows[0]?.entries ?? 0n;
}

describe('opening accounts', () => {
  test('numbers them, opens what is not there and leaves what is there as it is', async () => {
    const { ledger } = opened;
    const [one] = await ledger.openAccounts([accountSpec('opened-once', { floor: -5n })]);
    expect(one).toMatchObject({
      unit: 'point',
      balance: 0n,
      held: 0n,
      floor: -5n,
      seq: 0n,
      status: 'open',
      lotted: false,
    });
    const [again, other] = await ledger.openAccounts([
      accountSpec('opened-once', { floor: 7n }),
      accountSpec('opened-too'),
    ]);
    expect(again).toEqual(one);
    expect(other?.id).not.toBe(one?.id);
  });

  test('takes one reference twice in a call', async () => {
    const [one, same] = await opened.ledger.openAccounts([accountSpec('named-twice'), accountSpec('named-twice')]);
    expect(one).toEqual(same);
  });

  test('refuses another unit, and lots where there are none, and then opens none of the call', async () => {
    const { ledger } = opened;
    await ledger.openAccounts([accountSpec('as-it-was')]);
    const unit = ledger.openAccounts([accountSpec('never-opened'), accountSpec('as-it-was', { unit: 'seat' })]);
    await expect(unit).rejects.toMatchObject({
      code: 'LEDGER_ACCOUNT_DIFFERS',
      details: { found: 'point', expected: 'seat' },
    });
    const lotted = ledger.openAccounts([accountSpec('as-it-was', { lotted: true })]);
    await expect(lotted).rejects.toMatchObject({ code: 'LEDGER_ACCOUNT_DIFFERS', details: { property: 'lotted' } });
    expect(await ledger.findAccounts([accountSpec('never-opened').ref])).toEqual([undefined]);
  });

  test('refuses references that an engine would bend', async () => {
    for (const owner of ['', ' padded', 'a\u0000b', 'x'.repeat(192)]) {
      await expect(opened.ledger.openAccounts([accountSpec(owner)])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    }
    const kind = { ...accountSpec('fine'), ref: { system: 'test', kind: 'Not/Good', owner: 'fine' } };
    await expect(opened.ledger.openAccounts([kind])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('finds ids in the order asked, by owners that differ in case and accents only', async () => {
    const { ledger } = opened;
    const owners = ['zoe', 'Zoe', 'zoé', 'o\'wner\\"', '学生-1', '🎓'];
    const states = await ledger.openAccounts(owners.map((owner) => accountSpec(owner)));
    const ids = states.map((state) => state.id);
    expect(new Set(ids).size).toBe(owners.length);
    const refs = [...owners.toReversed(), 'nobody'].map((owner) => accountSpec(owner).ref);
    expect(await ledger.findAccounts(refs)).toEqual([...ids.toReversed(), undefined]);
  });

  test('opens thousands in one call, and two callers at once open each account once', async () => {
    const { ledger } = opened;
    const specs = Array.from({ length: 2_500 }, (_, index) => accountSpec(`many-${index}`));
    const [one, other] = await Promise.all([ledger.openAccounts(specs), ledger.openAccounts(specs.toReversed())]);
    expect(one.map((state) => state.id)).toEqual(other.toReversed().map((state) => state.id));
  });
});

describe('executing commands', () => {
  test('answers each command in order, and one that is refused leaves the others as they are', async () => {
    const { ledger } = opened;
    const [id = 0n] = await openNew(ledger);
    const outcomes = await ledger.execute([
      post(id, 10n, 'a'),
      post(id, -11n, 'b'),
      post(id, -4n, 'c'),
      post(id, 10n, 'a'),
    ]);
    expect(words(outcomes)).toEqual(['posted', 'LEDGER_FLOOR_BREACHED', 'posted', 'replayed']);
    expect(outcomes.map(balanceAfter)).toEqual([10n, 10n, 6n, 10n]);
    expect(await countEntries(id)).toBe(2n);
  });

  test('replays a stored result, refuses other content under its key, and takes the key of a refused command again', async () => {
    const { ledger } = opened;
    const [id = 0n] = await openNew(ledger);
    await ledger.execute([post(id, 10n, 'a'), post(id, 5n, 'b')]);
    const [replay] = await ledger.execute([post(id, 10n, 'a')]);
    expect(replay).toEqual({
      status: 'replayed',
      after: [{ accountId: id, balance: 10n, held: 0n, available: 15n, seq: 1n }],
    });
    expect(await wordOf(ledger, post(id, 9n, 'a'))).toBe('LEDGER_KEY_REUSED');
    expect(await wordOf(ledger, post(id, -100n, 'c'))).toBe('LEDGER_FLOOR_BREACHED');
    expect(await wordOf(ledger, post(id, -1n, 'c'))).toBe('posted');
  });

  test('all or nothing: a refusal undoes the whole call, and its keys are free', async () => {
    const { ledger } = opened;
    const [id = 0n, other = 0n] = await openNew(ledger, {}, {});
    await ledger.execute([post(id, 3n, 'before')]);
    const outcomes = await ledger.execute(
      [post(id, 10n, 'a'), post(id, 3n, 'before'), post(other, -1n, 'b'), post(other, 1n, 'c')],
      { atomic: true },
    );
    expect(words(outcomes)).toEqual(['abandoned', 'replayed', 'LEDGER_FLOOR_BREACHED', 'abandoned']);
    expect(outcomes.map(balanceAfter)).toEqual([3n, 3n, 0n, 0n]);
    expect([await countEntries(id), await countEntries(other)]).toEqual([1n, 0n]);
    const retry = await ledger.execute([post(id, 10n, 'a'), post(other, 1n, 'c')], { atomic: true });
    expect(words(retry)).toEqual(['posted', 'posted']);
  });

  test('throws the refusal where that is asked for, and nothing of the call is done', async () => {
    const { ledger } = opened;
    const [id = 0n] = await openNew(ledger);
    const call = ledger.executeOrThrow([post(id, 5n, 'a'), post(id, -6n, 'b')]);
    await expect(call).rejects.toBeInstanceOf(CarryoverError);
    await expect(call).rejects.toMatchObject({ code: 'LEDGER_FLOOR_BREACHED' });
    expect(await countEntries(id)).toBe(0n);
    expect(words(await ledger.executeOrThrow([post(id, 5n, 'a')]))).toEqual(['posted']);
  });

  test('keeps a reversal of one leg together with the other account, in whatever order they come', async () => {
    const { ledger } = opened;
    const [one = 0n, other = 0n] = await openNew(ledger, {}, {});
    await ledger.execute([post(one, 10n, 'start')]);
    const move = {
      type: 'transfer',
      actor: tester,
      key: 'move',
      fromAccountId: one,
      toAccountId: other,
      amount: 4n,
      kind: 'gift',
    } as const;
    expect(await wordOf(ledger, move)).toBe('posted');
    const undo = { type: 'reverse', actor: tester, key: 'undo', accountId: other, seq: 1n } as const;
    const [outcome] = await ledger.execute([undo]);
    expect(outcome?.status).toBe('posted');
    expect(await wordOf(ledger, { ...undo, key: 'again' })).toBe('LEDGER_ENTRY_REVERSED');
    const replayed = await ledger.execute([post(one, 1n, 'x'), post(other, 1n, 'y')]);
    expect(replayed.map(balanceAfter)).toEqual([11n, 1n]);
  });

  test('writes holds, captures, releases, lots, draws and audit, each found again by the next call', async () => {
    const { ledger } = opened;
    const [id = 0n, lotted = 0n] = await openNew(ledger, {}, { lotted: true });
    const on = { actor: tester, accountId: id } as const;
    await ledger.execute([post(id, 100n, 'start')]);
    expect(await wordOf(ledger, { type: 'hold', ...on, key: 'h1', amount: 60n })).toBe('posted');
    expect(await wordOf(ledger, { type: 'hold', ...on, key: 'h2', amount: 41n })).toBe('LEDGER_FLOOR_BREACHED');
    expect(await wordOf(ledger, { type: 'hold', ...on, key: 'h3', amount: 40n })).toBe('posted');
    const capture = {
      type: 'capture',
      ...on,
      key: 'c1',
      holdKey: 'h1',
      amount: 50n,
      kind: 'usage',
      contra: 'usage',
    } as const;
    expect(await wordOf(ledger, capture)).toBe('posted');
    expect(await wordOf(ledger, { ...capture, key: 'c2' })).toBe('LEDGER_HOLD_CAPTURED');
    expect(await wordOf(ledger, capture)).toBe('replayed');
    expect(await wordOf(ledger, { type: 'release', ...on, key: 'r1', holdKey: 'h3' })).toBe('posted');
    const [floor] = await ledger.execute([{ type: 'set-floor', ...on, key: 'f1', floor: null }]);
    expect(floor?.after[0]).toMatchObject({ balance: 50n, held: 0n });
    expect(await wordOf(ledger, post(id, -500n, 'deep'))).toBe('posted');

    const grant = { type: 'grant-lot', actor: tester, accountId: lotted, kind: 'grant', contra: 'grants' } as const;
    const terms = { funding: 'granted', priority: 5n } as const;
    await ledger.execute([
      { ...grant, ...terms, key: 'g1', amount: 10n },
      { ...grant, ...terms, key: 'g2', amount: 10n },
    ]);
    expect(await wordOf(ledger, post(lotted, -15n, 'use'))).toBe('posted');
    const voidLot = { type: 'void-lot', actor: tester, accountId: lotted, kind: 'void', contra: 'grants' } as const;
    expect(await wordOf(ledger, { ...voidLot, key: 'v1', lotSeq: 1n })).toBe('LEDGER_LOT_EMPTY');
    expect(await wordOf(ledger, { ...voidLot, key: 'v2', lotSeq: 2n })).toBe('posted');
    expect(await wordOf(ledger, { type: 'close', actor: tester, accountId: lotted, key: 'end' })).toBe('posted');
  });

  test('refuses what is not a command in good form, without asking the database to take it', async () => {
    const { ledger } = opened;
    const [id = 0n] = await openNew(ledger);
    const bad = { ...post(id, 1n, 'k'), accountId: '1; drop table x' } as never;
    expect(words(await ledger.execute([bad, post(id, 1n, 'fine'), post(2n ** 60n, 1n, 'k')]))).toEqual([
      'LEDGER_COMMAND_INVALID',
      'posted',
      'LEDGER_ACCOUNT_UNKNOWN',
    ]);
    expect(await ledger.execute([])).toEqual([]);
  });

  test('keeps the largest amounts, long keys, and details of every kind exactly', async () => {
    const { ledger, database } = opened;
    const [id = 0n] = await openNew(ledger, { floor: null });
    const largest = 2n ** 63n - 1n;
    const details = { text: `"quoted' \\ é 🎓`, whole: Number.MAX_SAFE_INTEGER, yes: true, none: null };
    const command = post(id, largest, 'k'.repeat(191), { details, reason: 'line one\nline two' });
    expect(await wordOf(ledger, command)).toBe('posted');
    expect(await wordOf(ledger, command)).toBe('replayed');
    expect(await wordOf(ledger, post(id, 1n, 'over'))).toBe('LEDGER_OVERFLOW');
    const { rows } = await sql<{ amount: bigint; reason: string }>`
      select amount, reason from ${sql.table('carryover_entries')} where account_id = ${id}`.execute(database.handle);
    expect(rows).toEqual([{ amount: largest, reason: 'line one\nline two' }]);
  });
});

describe('within a transaction of the caller', () => {
  test('commits with it, and is gone with its rollback', async () => {
    const { ledger, database } = opened;
    const [id = 0n] = await openNew(ledger);
    const stop = new Error('the caller thinks better of it');
    const aborted = database.write(async (trx) => {
      expect(words(await ledger.within(trx).execute([post(id, 10n, 'a')]))).toEqual(['posted']);
      expect(await countEntries(id, trx)).toBe(1n);
      throw stop;
    });
    await expect(aborted).rejects.toBe(stop);
    expect(await countEntries(id)).toBe(0n);
    await database.write((trx) => ledger.within(trx).executeOrThrow([post(id, 10n, 'a')]));
    expect(await wordOf(ledger, post(id, 10n, 'a'))).toBe('replayed');
  });

  test('locks accounts first, so that what the caller reads then still stands when it posts', async () => {
    const { ledger, database } = opened;
    const [one = 0n, other = 0n] = await openNew(ledger, {}, {});
    await ledger.execute([post(one, 10n, 'start')]);
    const spendAll = (key: string): Promise<unknown> =>
      database.write(async (trx) => {
        const within = ledger.within(trx);
        const states = await within.lock([other, one, one, 2n ** 61n]);
        expect(states.map((state) => state.id)).toEqual([one, other]);
        const balance = states[0]?.balance ?? 0n;
        if (balance > 0n) await within.executeOrThrow([post(one, -balance, key), post(other, balance, key)]);
      });
    await Promise.all([spendAll('x'), spendAll('y'), spendAll('z')]);
    expect(await countEntries(one)).toBe(2n);
    expect(await countEntries(other)).toBe(1n);
  });

  test('leaves the accounts of an atomic call untouched when one command is refused, and the transaction goes on', async () => {
    const { ledger, database } = opened;
    const [id = 0n] = await openNew(ledger);
    await database.write(async (trx) => {
      const within = ledger.within(trx);
      expect(words(await within.execute([post(id, 5n, 'a'), post(id, -6n, 'b')], { atomic: true }))).toEqual([
        'abandoned',
        'LEDGER_FLOOR_BREACHED',
      ]);
      expect(words(await within.execute([post(id, 5n, 'a')]))).toEqual(['posted']);
    });
    expect(await countEntries(id)).toBe(1n);
  });

  test('opens accounts in it too', async () => {
    const { ledger, database } = opened;
    await expect(
      database.write(async (trx) => {
        await ledger.within(trx).openAccounts([accountSpec('gone-again')]);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await ledger.findAccounts([accountSpec('gone-again').ref])).toEqual([undefined]);
  });

  test('posts on a connection of the application, in the transaction that it began itself', async () => {
    const { ledger, database, url } = opened;
    const [id = 0n] = await openNew(ledger);
    const app = await openAppConnection(url);
    try {
      for (const [key, end] of [
        ['undone', 'rollback'],
        ['kept', 'commit'],
      ] as const) {
        await app.run(database.dialect.traits.embedded ? 'begin immediate' : 'begin');
        const trx = database.adopt(app.driverObject);
        expect(words(await ledger.within(trx).execute([post(id, 10n, key)]))).toEqual(['posted']);
        await app.run(end);
      }
    } finally {
      await app.close();
    }
    expect(await countEntries(id)).toBe(1n);
    expect(await wordOf(ledger, post(id, 10n, 'kept'))).toBe('replayed');
    expect(await wordOf(ledger, post(id, 10n, 'undone'))).toBe('posted');
  });

  test('captures nothing twice and draws no lot twice, however old the snapshot of the application is', async () => {
    const { ledger, database, url } = opened;
    const [held = 0n, lotted = 0n] = await openNew(ledger, {}, { lotted: true });
    const hold = { type: 'hold', actor: tester, accountId: held, amount: 5n } as const;
    await ledger.execute([post(held, 100n, 'start'), { ...hold, key: 'h1' }, { ...hold, key: 'h2' }]);
    await ledger.execute([post(lotted, 10n, 'first')]);
    const capture = {
      type: 'capture',
      actor: tester,
      accountId: held,
      holdKey: 'h1',
      kind: 'usage',
      contra: 'usage',
    } as const;
    const app = await openAppConnection(url);
    try {
      await app.run('begin');
      await app.run('select count(*) from carryover_holds');
      // Where this waits for the application or makes it fail, nothing can go wrong.
      if (database.dialect.traits.embedded) await app.run('rollback');
      await ledger.execute([{ ...capture, key: 'c1' }, post(lotted, 20n, 'second')]);
      if (database.dialect.traits.embedded) await app.run('begin immediate');
      const within = ledger.within(database.adopt(app.driverObject));
      const outcome = await within.execute([{ ...capture, key: 'c2' }, post(lotted, -25n, 'use')]).then(words, String);
      if (Array.isArray(outcome)) expect(outcome).toEqual(['LEDGER_HOLD_CAPTURED', 'posted']);
      else expect(outcome).toMatch(/serialize/);
      await app.run(Array.isArray(outcome) ? 'commit' : 'rollback');
    } finally {
      await app.close();
    }
    expect(await verifyLedger(database)).toMatchObject({ outcome: 'clean' });
  });
});
