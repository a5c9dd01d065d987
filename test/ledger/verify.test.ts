import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '../../src/ledger/verify/verify-ledger.ts';
import type { LedgerBreach } from '../../src/ledger/verify/ledger-verification.ts';
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
});

/** What is found beside the triggers, which this test dropped itself. */
async function found(): Promise<readonly LedgerBreach[]> {
  const { breaches } = await verifyLedger(opened.database);
  return breaches.filter(({ rule }) => rule !== 'append-only-trigger-enabled');
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
  await opened.database.write(async (trx) => {
    await sql`delete from ${sql.table(table)}`.execute(trx);
    await sql`insert into ${sql.table(table)} select * from ${sql.table(`${table}_copy`)}`.execute(trx);
  });
  return breaches;
}
