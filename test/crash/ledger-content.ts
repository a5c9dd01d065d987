import { sql } from 'kysely';
import type { Database } from '../../src/sql/database.ts';

/**
 * Everything a cutover wrote but the times it wrote at. Ids of accounts are replaced by their names in order of id: a killed
 * transaction may use up numbers, which changes no order.
 */
export async function ledgerContent(database: Database): Promise<unknown> {
  const accounts = await sql<{
    id: bigint;
  }>`select id, kind, owner, unit, balance, held, floor, seq, status, authority, lotted, opened_at
    from ${sql.table('carryover_accounts')} order by id`.execute(database.handle);
  const rank = new Map(accounts.rows.map(({ id }, index) => [id, index]));
  const entries = await sql<{
    account_id: bigint;
  }>`select account_id, seq, amount, balance_after, kind, contra, counter_account_id, transfer_id,
      idempotency_key, content_hash, source, reverses_seq, reason, actor, details, occurred_at
    from ${sql.table('carryover_entries')} order by account_id, seq`.execute(database.handle);
  const cards = await sql<{ stamps_account_id: bigint }>`select member_id, stamps_account_id, last_stamp_at, note
    from ${sql.table('carryover_stamps_cards')} order by member_id`.execute(database.handle);
  return {
    accounts: accounts.rows.map((row) => ({ ...row, id: rank.get(row.id) })),
    entries: entries.rows.map((row) => ({ ...row, account_id: rank.get(row.account_id) })),
    cards: cards.rows.map((row) => ({ ...row, stamps_account_id: rank.get(row.stamps_account_id) })),
  };
}
