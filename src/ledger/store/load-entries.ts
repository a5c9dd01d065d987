import { sql } from 'kysely';
import type { AccountSeq, EntryState, LotDraw } from '../kernel/kernel-types.ts';
import type { Session } from './session.ts';
import { seqRows } from './sql-pieces.ts';

interface EntryStateRow {
  account_id: bigint;
  seq: bigint;
  amount: bigint;
  contra: string | null;
  counter_account_id: bigint | null;
  counter_seq: bigint | null;
  idempotency_key: string;
  reverses_seq: bigint | null;
  reversed_by_seq: bigint | null;
}

/** Entries by account and number, each with the other leg of its transfer and the entry that undid it, where there are such. */
export async function loadEntries({ database, handle }: Session, wanted: readonly AccountSeq[]): Promise<EntryState[]> {
  if (wanted.length === 0) return [];
  const entries = sql.table('carryover_entries');
  const { rows } = await sql<EntryStateRow>`
    select e.account_id, e.seq, e.amount, e.contra, e.counter_account_id, c.seq as counter_seq, e.idempotency_key,
      e.reverses_seq, r.seq as reversed_by_seq
    from ${seqRows(database, 's', wanted)}
    join ${entries} as e on e.account_id = s.account_id and e.seq = s.seq
    left join ${entries} as c on c.account_id = e.counter_account_id and c.idempotency_key = e.idempotency_key
    left join ${entries} as r on r.account_id = e.account_id and r.reverses_seq = e.seq`.execute(handle);
  return rows.map((row) => ({
    accountId: row.account_id,
    seq: row.seq,
    amount: row.amount,
    contra: row.contra,
    counterAccountId: row.counter_account_id,
    counterSeq: row.counter_seq,
    key: row.idempotency_key,
    reversesSeq: row.reverses_seq,
    reversedBySeq: row.reversed_by_seq,
  }));
}

/** The draws that entries made on lots. */
export async function loadDraws({ database, handle }: Session, wanted: readonly AccountSeq[]): Promise<LotDraw[]> {
  if (wanted.length === 0) return [];
  const { rows } = await sql<{ account_id: bigint; entry_seq: bigint; lot_seq: bigint; amount: bigint }>`
    select d.account_id, d.entry_seq, d.lot_seq, d.amount
    from ${seqRows(database, 's', wanted)}
    join ${sql.table('carryover_lot_draws')} as d on d.account_id = s.account_id and d.entry_seq = s.seq`.execute(
    handle,
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    entrySeq: row.entry_seq,
    lotSeq: row.lot_seq,
    amount: row.amount,
  }));
}
