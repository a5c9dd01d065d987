import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { Trx } from '../../sql/engine.ts';
import type { StageName } from '../cutover-state.ts';
import { leaseLost, type Lease } from './lease.ts';

/** One line of the journal, as the writer knows it; run, plan and tool version come from the cutover's row. */
export interface JournalLine {
  readonly stage: StageName | 'rollback';
  readonly step: string;
  readonly phase: 'intent' | 'result';
  /** The statements of the step, to be hashed. */
  readonly statements?: readonly string[];
  readonly rows?: bigint;
  readonly seconds?: number;
  /** The inverse a rollback runs; the first line of a step that has one carries it, so that a crash half way is undone too. */
  readonly inverse?: string;
  /** Evidence, written as JSON; bigints as texts. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Appends a line in the caller's transaction. The number comes from the cutover's row, which the first statement locks: so
 * numbers have no gaps, and a runner whose epoch is gone cannot write a line. Throws `CUTOVER_LEASE_LOST`.
 */
export async function appendJournal(
  database: Database,
  leased: { trx: Trx; lease: Lease },
  line: JournalLine,
): Promise<void> {
  const { trx, lease } = leased;
  const { expressions } = database.dialect;
  const { numAffectedRows } = await sql`update ${sql.table('carryover_cutovers')}
    set journal_seq = journal_seq + 1, heartbeat_at = ${expressions.now()}, updated_at = ${expressions.now()}
    where system_name = ${lease.system} and epoch = ${lease.epoch}`.execute(trx);
  if (numAffectedRows !== 1n) throw leaseLost(lease);
  await sql`insert into ${sql.table('carryover_journal')}
    (system_name, seq, run_id, epoch, stage, step, phase, statement_hash, plan_hash, tool_version, row_count, duration_us, inverse, details, recorded_at)
    select system_name, journal_seq, run_id, epoch, ${line.stage}, ${line.step}, ${line.phase}, ${hashOf(line.statements)},
      plan_hash, tool_version, ${line.rows ?? null}, ${durationMicros(line.seconds)}, ${line.inverse ?? null},
      ${detailsJson(line.details)}, ${expressions.now()}
    from ${sql.table('carryover_cutovers')} where system_name = ${lease.system}`.execute(trx);
}

/** SHA-256 of statements, each ended by a NUL so that moving a border changes the hash. */
export function hashStatements(statements: readonly string[]): string {
  const hash = createHash('sha256');
  for (const statement of statements) hash.update(statement).update('\0');
  return hash.digest('hex');
}

function hashOf(statements: readonly string[] | undefined): string | null {
  return statements === undefined ? null : hashStatements(statements);
}

function durationMicros(seconds: number | undefined): bigint | null {
  return seconds === undefined ? null : BigInt(Math.round(seconds * 1e6));
}

function detailsJson(details: JournalLine['details']): string | null {
  if (details === undefined) return null;
  return JSON.stringify(details, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
