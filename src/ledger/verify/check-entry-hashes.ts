import { sql } from 'kysely';
import { contentHash } from '../kernel/content-hash.ts';
import { seqRows } from '../store/sql-pieces.ts';
import { commandsOfEntry, type CommandedEntry, type EntryTraces } from './commands-of-entry.ts';
import { pages } from './pages.ts';
import { rowsOfRange, type RangeSession } from './range-session.ts';

/**
 * Recomputes the content hash of each entry that a command made. Most are told by the entry itself; captures, voided lots and reversals
 * named by the other leg need more rows, which are read for those of a page whose hash is not found without.
 */
export async function checkEntryHashes(session: RangeSession): Promise<void> {
  for await (const rows of pages<CommandedEntry>((after, rowsMax) => readEntries(session, after, rowsMax))) {
    const left = rows.filter((entry) => !isMadeBy(entry));
    const traces = left.length === 0 ? undefined : await readTraces(session, left);
    for (const entry of left) {
      if (isMadeBy(entry, traces?.(entry))) continue;
      session.breaches.add({
        rule: 'content-hash-is-of-the-content',
        table: 'carryover_entries',
        accountId: entry.account_id,
        seq: entry.seq,
        found: entry.content_hash.toString(),
        expected: `the hash of a ${entry.kind} of ${entry.amount}`,
      });
    }
  }
}

function isMadeBy(entry: CommandedEntry, traces?: EntryTraces): boolean {
  return commandsOfEntry(entry, traces).some((command) => isHashOf(command, entry.content_hash));
}

/** Content that cannot be written canonically (a fraction in its details, say) is nothing a command ever had. */
function isHashOf(command: Parameters<typeof contentHash>[0], hash: bigint): boolean {
  try {
    return contentHash(command) === hash;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function readEntries(
  session: RangeSession,
  after: CommandedEntry | undefined,
  rowsMax: number,
): Promise<readonly CommandedEntry[]> {
  const { from, where } = rowsOfRange(session, 'carryover_entries', 'p');
  const behind =
    after === undefined
      ? sql``
      : sql`and p.account_id >= ${after.account_id} and (p.account_id > ${after.account_id} or p.seq > ${after.seq})`;
  const { rows } = await sql<CommandedEntry>`
    select p.account_id, p.seq, p.amount, p.contra, p.counter_account_id, p.idempotency_key, p.kind, p.details, p.content_hash, p.reverses_seq,
      p.occurred_at, p.recorded_at, l.funding, l.priority, l.expires_at
    from ${from}
    left join ${sql.table('carryover_lots')} as l on l.account_id = p.account_id and l.seq = p.seq and a.lotted = 1
    where ${where} and p.content_hash is not null ${behind}
    order by p.account_id, p.seq limit ${sql.lit(rowsMax)}`.execute(session.trx);
  return rows;
}

interface TraceRow {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly hold_key: string | null;
  readonly hold_amount: bigint | null;
  readonly lot_seq: bigint | null;
  readonly counter_reverses: bigint | null;
}

/** What tells of these entries which command they came from. */
async function readTraces(
  { database, trx }: RangeSession,
  wanted: readonly CommandedEntry[],
): Promise<(entry: CommandedEntry) => EntryTraces | undefined> {
  const seqs = wanted.map((entry) => ({ accountId: entry.account_id, seq: entry.seq }));
  const { rows } = await sql<TraceRow>`
    select p.account_id, p.seq, h.idempotency_key as hold_key, h.amount as hold_amount, d.lot_seq, o.reverses_seq as counter_reverses
    from ${seqRows(database, 's', seqs)}
    join ${sql.table('carryover_entries')} as p on p.account_id = s.account_id and p.seq = s.seq
    left join ${sql.table('carryover_holds')} as h on h.account_id = p.account_id and h.resolution_key = p.idempotency_key
    left join ${sql.table('carryover_lot_draws')} as d on d.account_id = p.account_id and d.entry_seq = p.seq
    left join ${sql.table('carryover_entries')} as o on o.account_id = p.counter_account_id and o.idempotency_key = p.idempotency_key`.execute(
    trx,
  );
  const byEntry = Map.groupBy(rows, (row) => `${row.account_id}:${row.seq}`);
  return (entry) => {
    const found = byEntry.get(`${entry.account_id}:${entry.seq}`);
    if (found === undefined) return undefined;
    const [first] = found;
    return {
      holds: found.flatMap(({ hold_key: key, hold_amount: amount }) =>
        key === null || amount === null ? [] : [{ key, amount }],
      ),
      lotSeqs: found.flatMap(({ lot_seq: lotSeq }) => lotSeq ?? []),
      counterReversesSeq: first?.counter_reverses ?? null,
    };
  };
}
