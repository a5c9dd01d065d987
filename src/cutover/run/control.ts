import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import type { Database } from '../../sql/database.ts';
import { cutoverGateClosed, type CutoverSubject } from '../cutover-errors.ts';
import { findCutoverRow } from '../record/cutover-row.ts';

/**
 * Holds a cutover between two chunks, from any session: the runner sees it before its next chunk, keeps its lease and waits. It stays so
 * over a restart of the runner. Throws `CUTOVER_GATE_CLOSED` when no run is under way.
 */
export async function pauseCutover(database: Database, subject: CutoverSubject, reason: string): Promise<void> {
  await setPaused(database, subject, { paused: 1n, reason });
}

/** Lets a paused cutover go on. Throws `CUTOVER_GATE_CLOSED` when no run is under way. */
export async function unpauseCutover(database: Database, subject: CutoverSubject): Promise<void> {
  await setPaused(database, subject, { paused: 0n, reason: null });
}

async function setPaused(
  database: Database,
  subject: CutoverSubject,
  set: { readonly paused: bigint; readonly reason: string | null },
): Promise<void> {
  const row = await findCutoverRow(database, subject.system);
  const isUnderWay = row !== undefined && (row.state === 'running' || row.state === 'failed');
  if (!isUnderWay) {
    throw new CarryoverError(cutoverGateClosed, {
      ...subject,
      stage: set.paused === 1n ? 'pause' : 'go on with',
      found: row === undefined ? 'no run' : `${row.stage} is ${row.state}`,
      expected: 'a run under way',
      nextStep: `Run "carryover status --instance ${subject.instance} --system ${subject.system}".`,
    });
  }
  await database.write(async (trx) => {
    await sql`update ${sql.table('carryover_cutovers')} set paused = ${set.paused}, pause_reason = ${set.reason}
      where system_name = ${subject.system}`.execute(trx);
  });
}
