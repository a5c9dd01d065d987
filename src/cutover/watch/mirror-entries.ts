import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { CarryoverError } from '../../base/errors.ts';
import type { Trx } from '../../sql/engine.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverMirrorWrong } from '../cutover-errors.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import type { EntryToMirror, LiveCutover, MirroredEntry } from '../live-descriptor.ts';
import { checkLease } from '../record/lease.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';

/** Entries told to legacy in one transaction, about: those of an account are never parted. */
const ENTRIES_MAX = 500;
/** Accounts looked at by one statement. */
const ACCOUNTS_PER_LOOK = 200;

interface EntryRow {
  readonly account_id: bigint;
  readonly account_kind: string;
  readonly owner: string;
  readonly walk_key: string | null;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly balance_after: bigint;
  readonly kind: string;
  readonly contra: string | null;
  readonly idempotency_key: string;
  readonly reverses_seq: bigint | null;
  readonly reverses_source: string | null;
  readonly details: string | null;
  readonly reason: string | null;
  readonly actor: string;
  readonly occurred_at: Instant;
}

/** How far legacy is behind the ledger. */
export interface MirrorLag {
  readonly accounts: bigint;
  readonly entries: bigint;
}

/** Entries made under ledger authority that legacy was not told of. */
export async function readMirrorLag(run: CutoverRun): Promise<MirrorLag> {
  const { database, system } = run.context;
  const { sumInt64 } = database.dialect.expressions;
  const { rows } = await sql<{ accounts: bigint; entries: bigint }>`select count(*) as accounts,
      coalesce(${sumInt64(sql`a.seq - w.mirrored_seq`)}, 0) as entries
    from ${sql.table('carryover_switched')} as w join ${sql.table('carryover_accounts')} as a on a.id = w.account_id
    where w.system_name = ${system.name} and a.seq > w.mirrored_seq`.execute(database.handle);
  return rows[0] ?? { accounts: 0n, entries: 0n };
}

/** What a transaction told legacy. */
export interface Mirrored {
  readonly entries: number;
  /** False where there were more entries than fit one transaction. */
  readonly isAll: boolean;
}

/** Accounts that legacy is behind on, after a given one, in order of id. */
export async function accountsBehind(run: CutoverRun, after: bigint): Promise<readonly bigint[]> {
  const { database, system } = run.context;
  const { rows } = await sql<{ id: bigint }>`select a.id as id
    from ${sql.table('carryover_switched')} as w join ${sql.table('carryover_accounts')} as a on a.id = w.account_id
    where w.system_name = ${system.name} and a.seq > w.mirrored_seq and a.id > ${after}
    order by a.id limit ${sql.lit(ACCOUNTS_PER_LOOK)}`.execute(database.handle);
  return rows.map(({ id }) => id);
}

/**
 * Tells legacy what the ledger did on these accounts, in the caller's transaction: their entries in order, by the system's own rows, with what
 * stands for which written down beside it. Guards and capture let it pass. Throws
 * `CUTOVER_MIRROR_WRONG` where the system leaves an entry out or names one twice.
 */
export async function mirrorAccounts(run: CutoverRun, trx: Trx, accountIds: readonly bigint[]): Promise<Mirrored> {
  const { database, system } = run.context;
  const { triggers } = database.dialect;
  await checkLease(database, trx, left('the lease', run.lease));
  const { entries, isAll } = await readEntries(run, trx, accountIds);
  if (entries.length === 0) return { entries: 0, isAll };
  const { parts, schema: legacy } = left('the legacy schema', run.legacy);
  const asOf = await database.dialect.statements.serverNow(trx);
  const source = legacySource({ ...parts, asOf }, WHOLE);
  const live: LiveCutover<unknown> = left('the live part of the system', system.live);
  const mirroring = 'carryover_mirroring';
  await triggers.letPass(trx, mirroring);
  try {
    const mirrored = await live.carryBack.mirror({ database, trx, source, legacy, entries });
    crashPoint('mirror:rows-written');
    requireEach(run, entries, mirrored);
    await writeMirrors(run, trx, mirrored);
    await markMirrored(run, trx, entries);
  } finally {
    // A transaction that a failed statement ended takes no further one; a session's own sign must go all the same.
    await triggers.endPass(trx, mirroring).catch(() => undefined);
  }
  crashPoint('mirror:before-commit');
  return { entries: entries.length, isAll };
}

async function readEntries(
  run: CutoverRun,
  trx: Trx,
  accountIds: readonly bigint[],
): Promise<{ readonly entries: readonly EntryToMirror[]; readonly isAll: boolean }> {
  const { statements, expressions: e } = run.context.database.dialect;
  const table = sql.table('carryover_entries');
  const { rows } =
    await sql<EntryRow>`select p.account_id as account_id, a.kind as account_kind, a.owner as owner, a.walk_key as walk_key,
      p.seq as seq, p.amount as amount, p.balance_after as balance_after, p.kind as kind, p.contra as contra, p.idempotency_key as idempotency_key,
      p.reverses_seq as reverses_seq, coalesce(v.source, m.source) as reverses_source, ${e.text(sql`p.details`)} as details,
      p.reason as reason, p.actor as actor, p.occurred_at as occurred_at
    from ${sql.table('carryover_switched')} as w
    join ${sql.table('carryover_accounts')} as a on a.id = w.account_id
    join ${table} as p on p.account_id = w.account_id and p.seq > w.mirrored_seq
    left join ${table} as v on v.account_id = p.account_id and v.seq = p.reverses_seq
    left join ${sql.table('carryover_mirrors')} as m on m.account_id = p.account_id and m.entry_seq = p.reverses_seq
    where ${statements.idIn('w.account_id', accountIds)} order by p.account_id, p.seq`.execute(trx);
  const fitting = withinLimit(rows);
  const entries = fitting.map((row): EntryToMirror => ({
    accountId: row.account_id,
    accountKind: row.account_kind,
    owner: row.owner,
    walkKey: row.walk_key,
    seq: row.seq,
    amount: row.amount,
    balanceAfter: row.balance_after,
    entryKind: row.kind,
    contra: row.contra,
    key: row.idempotency_key,
    reversesSeq: row.reverses_seq,
    reversesSource: row.reverses_source,
    details: row.details === null ? null : (JSON.parse(row.details) as EntryToMirror['details']),
    reason: row.reason,
    actor: row.actor,
    occurredAt: row.occurred_at,
  }));
  return { entries, isAll: fitting.length === rows.length };
}

/** As many rows as fit, but no part of an owner: what one operation did to its accounts goes back together. */
function withinLimit(rows: readonly EntryRow[]): readonly EntryRow[] {
  if (rows.length <= ENTRIES_MAX) return rows;
  const owners = new Set<string>();
  let count = 0;
  for (const [owner, ofOwner] of Map.groupBy(rows, (row) => row.owner)) {
    if (count > 0 && count + ofOwner.length > ENTRIES_MAX) break;
    owners.add(owner);
    count += ofOwner.length;
  }
  return rows.filter((row) => owners.has(row.owner));
}

function requireEach(run: CutoverRun, entries: readonly EntryToMirror[], mirrored: readonly MirroredEntry[]): void {
  const nameOf = ({ accountId, seq }: { accountId: bigint; seq: bigint }): string => `${accountId}/${seq}`;
  const named = new Set(mirrored.map(nameOf));
  const missing = entries.find((entry) => !named.has(nameOf(entry)));
  if (missing === undefined && named.size === entries.length && mirrored.length === entries.length) return;
  const found =
    missing === undefined
      ? `${mirrored.length} entries named for ${entries.length}`
      : `no fact for entry ${missing.seq} of account ${missing.accountId} (${missing.entryKind})`;
  throw new CarryoverError(cutoverMirrorWrong, {
    ...subjectOf(run.context),
    found,
    expected: 'one fact for each entry',
  });
}

async function writeMirrors(run: CutoverRun, trx: Trx, mirrored: readonly MirroredEntry[]): Promise<void> {
  const { statements, expressions } = run.context.database.dialect;
  const rows = statements.rows('r', {
    columns: { account_id: 'int64', entry_seq: 'int64', source: 'text' },
    rows: mirrored.map(({ accountId, seq, source }) => [accountId, seq, source]),
  });
  await sql`insert into ${sql.table('carryover_mirrors')} (account_id, entry_seq, source, mirrored_at)
    select r.account_id, r.entry_seq, r.source, ${expressions.now()} from ${rows}`.execute(trx);
}

async function markMirrored(run: CutoverRun, trx: Trx, entries: readonly EntryToMirror[]): Promise<void> {
  const newest = new Map(entries.map(({ accountId, seq }) => [accountId, seq]));
  await run.context.database.dialect.statements.updateFromRows(trx, {
    table: 'carryover_switched',
    rows: {
      columns: { account_id: 'int64', mirrored_seq: 'int64' },
      rows: [...newest].map(([accountId, seq]) => [accountId, seq]),
    },
    key: ['account_id'],
    set: ['mirrored_seq'],
    keyIsPrimary: true,
  });
}
