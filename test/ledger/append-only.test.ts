import { sql, type RawBuilder } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Handle } from '../../src/sql/engine.ts';
import { openTestLedger, tester, type TestLedger } from './open-test-ledger.ts';
import { openNew, post } from './test-accounts.ts';

let opened: TestLedger;
let lotted = 0n;
beforeAll(async () => {
  opened = await openTestLedger();
  [lotted = 0n] = await openNew(opened.ledger, { lotted: true });
  const floor = { type: 'set-floor', actor: tester, accountId: lotted, key: 'floor', floor: -1n } as const;
  await opened.ledger.execute([post(lotted, 5n, 'a'), post(lotted, -3n, 'b'), floor]);
});
afterAll(() => opened.close());

async function failureKind(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => opened.database.classify(error)?.kind ?? String(error),
  );
}

async function rowsOf(table: string, handle: Handle = opened.database.handle): Promise<bigint> {
  const { rows } = await sql<{ found: bigint }>`select count(*) as found from ${sql.table(table)}`.execute(handle);
  return rows[0]?.found ?? 0n;
}

function run(statement: RawBuilder<unknown>, handle: Handle = opened.database.handle): Promise<unknown> {
  return statement.execute(handle);
}

describe.each(['carryover_entries', 'carryover_lot_draws', 'carryover_audit'])('%s', (table) => {
  const amount = table === 'carryover_audit' ? sql`reason = 'another'` : sql`amount = amount + 1`;

  test('refuses to change a row, even to what it is', async () => {
    expect(await rowsOf(table)).toBeGreaterThan(0n);
    expect(await failureKind(run(sql`update ${sql.table(table)} set ${amount}`))).toBe('append-only');
    expect(await failureKind(run(sql`update ${sql.table(table)} set account_id = account_id`))).toBe('append-only');
  });

  test('refuses to delete a row', async () => {
    const before = await rowsOf(table);
    expect(await failureKind(run(sql`delete from ${sql.table(table)}`))).toBe('append-only');
    expect(await failureKind(run(sql`delete from ${sql.table(table)} where account_id = ${lotted}`))).toBe(
      'append-only',
    );
    expect(await rowsOf(table)).toBe(before);
  });
});

describe('the permit to erase a system', () => {
  /** Deletes an account's entries and draws in a transaction that holds the permit, and tells what came of it. */
  async function eraseWithPermit(accountId: bigint, permitted = 'test'): Promise<string> {
    return failureKind(
      opened.database.write(async (trx) => {
        await run(sql`insert into ${sql.table('carryover_erasures')} (system_name) values (${permitted})`, trx);
        await run(sql`delete from ${sql.table('carryover_lot_draws')} where account_id = ${accountId}`, trx);
        await run(sql`delete from ${sql.table('carryover_entries')} where account_id = ${accountId}`, trx);
        await run(sql`delete from ${sql.table('carryover_erasures')}`, trx);
      }),
    );
  }

  /** An account with entries and draws, under the authority given. */
  async function openWithEntries(authority: 'legacy' | 'ledger'): Promise<bigint> {
    const [id = 0n] = await openNew(opened.ledger, { lotted: true });
    await opened.ledger.execute([post(id, 5n, 'a'), post(id, -3n, 'b')]);
    const accounts = sql.table('carryover_accounts');
    await run(sql`update ${accounts} set authority = ${authority} where id = ${id}`);
    return id;
  }

  async function entriesOf(accountId: bigint): Promise<bigint> {
    const { rows } = await sql<{ found: bigint }>`
      select count(*) as found from ${sql.table('carryover_entries')} where account_id = ${accountId}`.execute(
      opened.database.handle,
    );
    return rows[0]?.found ?? 0n;
  }

  test('lets the entries and draws of its accounts under legacy authority go', async () => {
    const id = await openWithEntries('legacy');
    expect(await eraseWithPermit(id)).toBe('none');
    expect(await entriesOf(id)).toBe(0n);
  });

  test('is of no use without it, for another system, or under ledger authority', async () => {
    const legacy = await openWithEntries('legacy');
    const bare = sql`delete from ${sql.table('carryover_entries')} where account_id = ${legacy}`;
    expect(await failureKind(run(bare))).toBe('append-only');
    expect(await eraseWithPermit(legacy, 'another')).toBe('append-only');
    const ledger = await openWithEntries('ledger');
    expect(await eraseWithPermit(ledger)).toBe('append-only');
    expect([await entriesOf(legacy), await entriesOf(ledger)]).toEqual([2n, 2n]);
  });

  test('never lets a row be changed, nor an audited change go', async () => {
    const id = await openWithEntries('legacy');
    const permit = sql`insert into ${sql.table('carryover_erasures')} (system_name) values ('test')`;
    for (const statement of [
      sql`update ${sql.table('carryover_entries')} set amount = 1 where account_id = ${id}`,
      sql`delete from ${sql.table('carryover_audit')}`,
    ]) {
      const work = opened.database.write(async (trx) => {
        await run(permit, trx);
        await run(statement, trx);
      });
      expect(await failureKind(work)).toBe('append-only');
    }
  });
});
