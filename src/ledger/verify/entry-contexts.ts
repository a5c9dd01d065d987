import { sql } from 'kysely';
import { loadLots } from '../store/load-lots.ts';
import { loadDraws } from '../store/load-entries.ts';
import type { Session } from '../store/session.ts';
import { keyRows, seqRows } from '../store/sql-pieces.ts';
import type { ToldEntry } from './content-rules.ts';
import type { EntryContext } from './commands-told.ts';
import { table } from './verify-context.ts';

/** Looks up what entries hang together with, in their order: the hold, the lot, the draws and the other leg. */
export async function loadEntryContexts(session: Session, entries: readonly ToldEntry[]): Promise<EntryContext[]> {
  if (entries.length === 0) return [];
  const places = entries.map((entry) => ({ accountId: entry.account_id, seq: entry.seq }));
  const holds = await captures(session, entries);
  const counters = await counterReversals(session, entries);
  const lots = await loadLots(session, { accountIds: [], lotSeqs: places, entries: [] });
  const lotsByPlace = new Map(lots.map((lot) => [place(lot.accountId, lot.seq), lot]));
  const drawn = new Map<string, bigint[]>();
  for (const { accountId, entrySeq, lotSeq } of await loadDraws(session, places)) {
    const of = place(accountId, entrySeq);
    drawn.set(of, [...(drawn.get(of) ?? []), lotSeq]);
  }
  return entries.map((entry) => {
    const own = place(entry.account_id, entry.seq);
    const hold = holds.get(place(entry.account_id, entry.idempotency_key));
    return {
      holdKey: hold?.idempotency_key,
      holdAmount: hold?.amount,
      lot: lotsByPlace.get(own),
      lotSeqsDrawn: drawn.get(own) ?? [],
      counterReversesSeq: counters.get(own),
    };
  });
}

interface CaptureRow {
  readonly account_id: bigint;
  readonly resolution_key: string;
  readonly idempotency_key: string;
  readonly amount: bigint;
}

/** The holds that these entries captured, by account and the entry's key. */
async function captures(
  { database, handle }: Session,
  entries: readonly ToldEntry[],
): Promise<Map<string, CaptureRow>> {
  const keys = entries.map((entry) => ({ accountId: entry.account_id, key: entry.idempotency_key }));
  const { rows } = await sql<CaptureRow>`
    select h.account_id, h.resolution_key, h.idempotency_key, h.amount from ${keyRows(database, 'k', keys)}
    join ${table('holds')} as h on h.account_id = k.account_id and h.resolution_key = k.idempotency_key
    where h.status = 'captured'`.execute(handle);
  return new Map(rows.map((row) => [place(row.account_id, row.resolution_key), row]));
}

/** What the other legs of these entries undo, by account and number of the entry. */
async function counterReversals(
  { database, handle }: Session,
  entries: readonly ToldEntry[],
): Promise<Map<string, bigint>> {
  const legs = entries.filter((entry) => entry.counter_account_id !== null && entry.reverses_seq !== null);
  if (legs.length === 0) return new Map();
  const places = legs.map((entry) => ({ accountId: entry.account_id, seq: entry.seq }));
  const { rows } = await sql<{ account_id: bigint; seq: bigint; reverses_seq: bigint }>`
    select n.account_id, n.seq, o.reverses_seq from ${seqRows(database, 's', places)}
    join ${table('entries')} as n on n.account_id = s.account_id and n.seq = s.seq
    join ${table('entries')} as o on o.account_id = n.counter_account_id and o.idempotency_key = n.idempotency_key
    where o.reverses_seq is not null`.execute(handle);
  return new Map(rows.map((row) => [place(row.account_id, row.seq), row.reverses_seq]));
}

function place(accountId: bigint, what: bigint | string): string {
  return `${accountId}/${what}`;
}
