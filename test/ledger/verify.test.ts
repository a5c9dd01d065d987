import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCutover } from '../../src/cutover/run/run-cutover.ts';
import { verifyLedger } from '../../src/ledger/verify/verify-ledger.ts';
import type { LedgerBreach } from '../../src/ledger/verify/ledger-verification.ts';
import { assumedBackup } from '../support/assumed-backup.ts';
import { openCafe } from '../support/cafe.ts';
import { corruptionsOf, UNKNOWABLE, type Corruption } from './corruptions.ts';
import { postEveryCommand, type AccountIds } from './every-command.ts';
import { accountSpec, openTestLedger, type TestLedger } from './open-test-ledger.ts';

const APPEND_ONLY = ['carryover_entries', 'carryover_lot_draws', 'carryover_audit'];

const TABLES = [...APPEND_ONLY, 'carryover_accounts', 'carryover_holds', 'carryover_lots'];

let opened: TestLedger;
let ids: AccountIds;
beforeAll(async () => {
  opened = await openTestLedger();
  ids = await postEveryCommand(opened.database, opened.ledger);
});
afterAll(() => opened.close());

async function run(statement: string): Promise<void> {
  await sql.raw(statement).execute(opened.database.handle);
}

describe('a ledger that only commands and a cutover wrote', () => {
  test('verifies clean, with every account, every entry and the sums of its units', async () => {
    const verification = await verifyLedger(opened.database);
    expect(verification.breaches).toEqual([]);
    const { rows } = await sql<{ entries: bigint; balance: bigint }>`select
      (select count(*) from ${sql.table('carryover_entries')}) as entries,
      (select ${opened.database.dialect.expressions.sumInt64(sql`balance`)} from ${sql.table('carryover_accounts')}) as balance`.execute(
      opened.database.handle,
    );
    expect(verification).toMatchObject({
      outcome: 'clean',
      accounts: 8n,
      entries: rows[0]?.entries,
      breachesCount: 0n,
    });
    const [unit] = verification.units;
    expect(unit).toMatchObject({ unit: 'point', accounts: 8n, balance: rows[0]?.balance, held: 5n });
    const contras = new Map(unit?.contras.map(({ contra, amount }) => [contra, amount]));
    expect(contras.get(null)).toBe(0n);
    expect(contras.get('promotion')).toBe(90n);
    expect([...contras.values()].reduce((sum, amount) => sum + amount, 0n)).toBe(unit?.balance);
  });

  test('verifies the same in ranges of one account, and tells how far it has come after each', async () => {
    const whole = await verifyLedger(opened.database);
    const told: bigint[] = [];
    const ranges = await verifyLedger(opened.database, {
      rangeAccounts: 1,
      onProgress: ({ accounts }) => told.push(accounts),
    });
    expect(ranges).toEqual(whole);
    expect(told.slice(0, 8)).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);
  });

  test('has nothing to check for a system without accounts, which is no success', async () => {
    const verification = await verifyLedger(opened.database, { system: 'nobody' });
    expect(verification).toMatchObject({ outcome: 'nothing-to-check', accounts: 0n, units: [] });
  });

  test('stops between ranges when the signal says so', async () => {
    const stop = new AbortController();
    const verification = verifyLedger(opened.database, {
      rangeAccounts: 1,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(verification).rejects.toThrow('enough');
  });

  test('does not count another system in, nor blame it', async () => {
    const [other] = await opened.ledger.openAccounts([
      { ...accountSpec('x'), ref: { system: 'other', kind: 'wallet', owner: 'x' } },
    ]);
    await run(`update carryover_accounts set balance = 3 where id = ${other?.id}`);
    expect(await verifyLedger(opened.database, { system: 'test' })).toMatchObject({ outcome: 'clean', accounts: 8n });
    const verification = await verifyLedger(opened.database, { system: 'other' });
    expect(verification).toMatchObject({ outcome: 'breached', accounts: 1n, entries: 0n });
    await run(`delete from carryover_accounts where id = ${other?.id}`);
  });
});

describe('a ledger that was changed by hand', () => {
  beforeAll(async () => {
    for (const table of APPEND_ONLY) {
      for (const statement of opened.database.dialect.statements.dropAppendOnly(table)) await run(statement);
    }
    for (const table of TABLES) await run(`create table ${table}_copy as select * from ${table}`);
  });

  test('names the triggers that are missing', async () => {
    const { outcome, breaches } = await verifyLedger(opened.database);
    expect(outcome).toBe('breached');
    expect(new Set(breaches.map(({ rule }) => rule))).toEqual(new Set(['append-only-trigger-enabled']));
    expect(new Set(breaches.map(({ table }) => table))).toEqual(new Set(APPEND_ONLY));
  });

  test('every column is corrupted below, or listed with the reason why nobody can know it', async () => {
    const corruptions = corruptionsOf(ids);
    for (const [table, columns] of Object.entries(corruptions)) {
      const info = await opened.database.dialect.introspection.table(opened.database.handle, table);
      const stored = info?.columns.map(({ name }) => name).toSorted();
      expect([...Object.keys(columns), ...Object.keys(UNKNOWABLE[table] ?? {})].toSorted(), table).toEqual(stored);
    }
  });

  test.each(TABLES)('every corruption of %s is found and named with its rule and account', async (table) => {
    for (const [column, corruptions] of Object.entries(corruptionsOf(ids)[table] ?? {})) {
      for (const corruption of corruptions) {
        const breaches = await whileCorrupted(table, column, corruption);
        const accountId = typeof corruption.account === 'bigint' ? corruption.account : ids[corruption.account];
        const said = breaches.map((breach) => `${breach.rule} of ${breach.accountId}`);
        expect(said, `${table}.${column} = ${String(corruption.set)} where ${corruption.where}`).toContain(
          `${corruption.rule} of ${accountId}`,
        );
      }
    }
    expect(await found()).toEqual([]);
  });

  test('a row that is gone is missed where something else tells of it', async () => {
    const at = (owner: keyof AccountIds, key: string): string =>
      `account_id = ${ids[owner]} and idempotency_key = '${key}'`;
    const missed: readonly [table: string, where: string, rule: string][] = [
      ['carryover_accounts', `id = ${ids.deep}`, 'entry-has-account'],
      ['carryover_entries', at('wallet', 'top-up'), 'transfer-has-both-legs'],
      ['carryover_entries', at('carried', 'lessons:1'), 'seq-is-number-of-entries'],
      ['carryover_holds', at('wallet', 'hold-long'), 'held-is-sum-of-open-holds'],
      ['carryover_holds', at('wallet', 'hold-whole'), 'content-hash-is-of-the-content'],
      ['carryover_lots', `account_id = ${ids.lots} and seq = 1`, 'draw-names-a-lot'],
      ['carryover_lot_draws', `account_id = ${ids.lots} and entry_seq = 4`, 'lots-move-as-the-balance'],
      ['carryover_audit', at('audited', 'floor-2'), 'floor-is-as-audited'],
    ];
    for (const [table, where, rule] of missed) {
      await run(`delete from ${table} where ${where}`);
      expect(rulesOf(await found()), `${table} where ${where}`).toContain(rule);
      await restore(table);
    }
  });

  test('all breaches are counted, as many as asked for are named, and hashes are left out on request', async () => {
    await run(`update carryover_entries set balance_after = balance_after + 1000`);
    const { breaches, breachesCount } = await verifyLedger(opened.database, { breachesMax: 7, rangeAccounts: 1 });
    expect(breaches).toHaveLength(7);
    // Each account's first entry no longer follows from zero; the others still follow from the one before.
    expect(breachesCount).toBeGreaterThan(7n);
    const whole = await verifyLedger(opened.database, { breachesMax: 10_000 });
    expect(BigInt(whole.breaches.length)).toBe(breachesCount);
    expect(whole.breachesCount).toBe(breachesCount);
    await restore('carryover_entries');

    await run(`update carryover_entries set content_hash = 1 where account_id = ${ids.high}`);
    expect(rulesOf(await found())).toEqual(['content-hash-is-of-the-content']);
    const unhashed = await verifyLedger(opened.database, { contentHashes: false });
    expect(new Set(rulesOf(unhashed.breaches))).toEqual(new Set(['append-only-trigger-enabled']));
    await restore('carryover_entries');
  });
});

test('a cutover counts the accounts it held to the rules of the ledger, and does not pass where one is broken', async () => {
  const cafe = await openCafe({ members: 5, stampsPerMember: 3 });
  const { verification } = await cafe.migrate();
  const [counted] = await cafe.rows(
    sql<{ accounts: bigint }>`select count(*) as accounts from ${sql.table('carryover_accounts')}`,
  );
  expect(verification?.ledgerBreaches).toEqual([]);
  expect(verification?.ledgerAccountsChecked).toBe(counted?.accounts);
  expect(counted?.accounts).toBeGreaterThan(0n);

  for (const statement of cafe.database.dialect.statements.dropAppendOnly('carryover_entries')) {
    await sql.raw(statement).execute(cafe.database.handle);
  }
  const verifying = runCutover(cafe.context({ backup: assumedBackup() }), { from: 'verify', to: 'verify' });
  await expect(verifying).rejects.toThrow(/append-only-trigger-enabled on carryover_entries/);
  await cafe.close();
});

function rulesOf(breaches: readonly LedgerBreach[]): string[] {
  return breaches.map(({ rule }) => rule);
}

/** Puts a table back as it was before anything was changed by hand. */
async function restore(table: string): Promise<void> {
  await opened.database.write(async (trx) => {
    await sql`delete from ${sql.table(table)}`.execute(trx);
    await sql`insert into ${sql.table(table)} select * from ${sql.table(`${table}_copy`)}`.execute(trx);
  });
}

/** What is found beside the triggers, which this test dropped itself. */
async function found(): Promise<readonly LedgerBreach[]> {
  const { breaches } = await verifyLedger(opened.database, { appendOnly: false });
  return breaches;
}

/** Changes one value of one row, verifies, and puts the table back as it was. */
async function whileCorrupted(
  table: string,
  column: string,
  { set, where }: Corruption,
): Promise<readonly LedgerBreach[]> {
  const { handle, dialect } = opened.database;
  const value = typeof set === 'string' ? sql.raw(set) : dialect.expressions.instant(set);
  const { rows } = await sql<{
    n: bigint;
  }>`select count(*) as n from ${sql.table(table)} where ${sql.raw(where)}`.execute(handle);
  expect(rows[0]?.n, `rows of ${table} where ${where}`).toBe(1n);
  await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value} where ${sql.raw(where)}`.execute(handle);
  const breaches = await found();
  await restore(table);
  return breaches;
}
