import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Session } from '../store/session.ts';
import { columnsOf } from '../store/sql-pieces.ts';
import type { EntriesTable } from '../tables.ts';

/** Which entries of an account to read. */
export interface StatementWanted {
  readonly accountId: bigint;
  readonly order: 'newest-first' | 'oldest-first';
  /** At most so many entries; at least 1. */
  readonly limit: number;
  /** The `nextAfterSeq` of the page before, in the same order and with the same filters. */
  readonly afterSeq?: bigint;
  /** Only entries of these kinds. */
  readonly kinds?: readonly string[];
  /** Only what occurred then or later. */
  readonly occurredFrom?: Instant;
  /** Only what occurred before then. */
  readonly occurredBefore?: Instant;
}

/** One entry of a statement. `balanceAfter` is the running balance, in order of recording, whatever the filters. */
export interface StatementEntry {
  readonly seq: bigint;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  readonly kind: string;
  readonly contra: string | null;
  readonly counterAccountId: bigint | null;
  readonly transferId: string | null;
  readonly key: string;
  /** The legacy fact that a cutover carried, null for an entry made by a command or by expiry. */
  readonly source: string | null;
  /** The seq of the entry that this one undoes. */
  readonly reversesSeq: bigint | null;
  readonly reason: string | null;
  readonly actor: string;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
}

/** A page of a statement. */
export interface StatementPage {
  readonly entries: readonly StatementEntry[];
  /** To be given as `afterSeq` for the page that follows; undefined when this is the last. */
  readonly nextAfterSeq: bigint | undefined;
}

/**
 * A page of an account's entries by their number. Pages are cut by number and not by offset, so entries that are posted in
 * between neither repeat nor skip any. Expiries that nothing has posted yet are not among them; `readBalance` has those.
 */
export async function readStatement({ database, handle }: Session, wanted: StatementWanted): Promise<StatementPage> {
  const { accountId, order, limit, afterSeq } = wanted;
  const conditions = [database.dialect.statements.idIn('e.account_id', [accountId]), ...filters(database, wanted)];
  if (afterSeq !== undefined) {
    conditions.push(order === 'newest-first' ? sql<boolean>`e.seq < ${afterSeq}` : sql<boolean>`e.seq > ${afterSeq}`);
  }
  const direction = order === 'newest-first' ? sql`desc` : sql`asc`;
  // One row more than asked for tells whether a page follows.
  const { rows } = await sql<EntryRow>`
    select ${columnsOf('e', ENTRY_COLUMNS)} from ${sql.table('carryover_entries')} as e
    where ${sql.join(conditions, sql` and `)} order by e.seq ${direction} limit ${sql.lit(limit + 1)}`.execute(handle);
  const entries = rows.slice(0, limit).map(statementEntry);
  return { entries, nextAfterSeq: rows.length > limit ? entries.at(-1)?.seq : undefined };
}

function filters({ dialect }: Session['database'], wanted: StatementWanted): RawBuilder<boolean>[] {
  const { kinds, occurredFrom, occurredBefore } = wanted;
  const conditions: RawBuilder<boolean>[] = [];
  if (kinds !== undefined) {
    const list = sql.join(kinds.map((kind) => sql`${kind}`));
    conditions.push(kinds.length === 0 ? sql<boolean>`1 = 0` : sql<boolean>`e.kind in (${list})`);
  }
  const instant = dialect.expressions.instant.bind(dialect.expressions);
  if (occurredFrom !== undefined) conditions.push(sql<boolean>`e.occurred_at >= ${instant(occurredFrom)}`);
  if (occurredBefore !== undefined) conditions.push(sql<boolean>`e.occurred_at < ${instant(occurredBefore)}`);
  return conditions;
}

const ENTRY_COLUMNS = [
  'seq',
  'amount',
  'balance_after',
  'kind',
  'contra',
  'counter_account_id',
  'transfer_id',
  'idempotency_key',
  'source',
  'reverses_seq',
  'reason',
  'actor',
  'details',
  'occurred_at',
  'recorded_at',
] as const;

type EntryRow = Pick<Selectable<EntriesTable>, (typeof ENTRY_COLUMNS)[number]>;

function statementEntry(row: EntryRow): StatementEntry {
  return {
    seq: row.seq,
    amount: row.amount,
    balanceAfter: row.balance_after,
    kind: row.kind,
    contra: row.contra,
    counterAccountId: row.counter_account_id,
    transferId: row.transfer_id,
    key: row.idempotency_key,
    source: row.source,
    reversesSeq: row.reverses_seq,
    reason: row.reason,
    actor: row.actor,
    details: readDetails(row.details),
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
  };
}

/** JSON columns come as text from an engine without a type for them, and parsed from the others. */
export function readDetails(details: unknown): Readonly<Record<string, unknown>> | null {
  return (typeof details === 'string' ? JSON.parse(details) : details) as Readonly<Record<string, unknown>> | null;
}
