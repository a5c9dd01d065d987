import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import type { Handle } from '../../sql/engine.ts';
import type { FactCount } from '../analyze/analysis.ts';
import { quarantinedRows } from '../analyze/analysis.ts';
import { cutoverQuarantineFull, type CutoverSubject } from '../cutover-errors.ts';
import type { CutoverLimits } from '../cutover-limits.ts';
import type { FactTable } from '../descriptor.ts';
import type { Chunk } from './chunk.ts';

/** Writes the chunk's quarantined rows of one fact table, keeping when each was first seen. */
export async function refreshQuarantine(chunk: Chunk, fact: FactTable<unknown>): Promise<void> {
  const { trx, system, source, pass } = chunk;
  const { expressions: e, statements } = chunk.database.dialect;
  const rows = sql`select c.source as source, c.reason as reason, c.subject as subject
    from (${fact.classify(source)}) as c where c.outcome = 'quarantined'`;
  await statements.insertIfAbsent(trx, {
    table: 'carryover_quarantine',
    columns: [
      'system_name',
      'source',
      'legacy_table',
      'reason',
      'subject',
      'first_seen_at',
      'last_seen_at',
      'last_pass',
    ],
    source: sql`select ${e.text(sql`${system.name}`)} as system_name, c.source, ${e.text(sql`${fact.table}`)} as legacy_table, c.reason, c.subject,
      ${e.now()} as first_seen_at, ${e.now()} as last_seen_at, ${e.int64(sql`${pass}`)} as last_pass from (${rows}) as c`,
    conflict: ['system_name', 'source'],
  });
  await statements.updateFromQuery(trx, {
    table: 'carryover_quarantine',
    source: sql`select ${e.text(sql`${system.name}`)} as system_name, c.source as source, c.reason as reason, c.subject as subject,
      ${e.int64(sql`${pass}`)} as last_pass from (${rows}) as c`,
    key: ['system_name', 'source'],
    set: {
      reason: sql`source.reason`,
      subject: sql`source.subject`,
      last_seen_at: e.now(),
      last_pass: sql`source.last_pass`,
    },
  });
}

/** Removes rows that the pass did not see any more: they are carried, excluded or gone. Returns how many. */
export async function releaseQuarantine(handle: Handle, system: string, pass: bigint): Promise<bigint> {
  const { numAffectedRows } = await sql`delete from ${sql.table('carryover_quarantine')}
    where system_name = ${system} and last_pass < ${pass}`.execute(handle);
  return numAffectedRows ?? 0n;
}

/** Throws `CUTOVER_QUARANTINE_FULL` when quarantined rows are above the absolute limit and above the share of all rows. */
export function checkQuarantineLimit(
  subject: CutoverSubject,
  facts: readonly FactCount[],
  limits: Pick<CutoverLimits, 'quarantineRowsMax' | 'quarantinePerMilleMax'>,
): void {
  const { rows, reasons } = quarantinedRows(facts);
  const all = facts.reduce((sum, fact) => sum + fact.rows, 0n);
  const isAboveShare = rows * 1000n > all * limits.quarantinePerMilleMax;
  if (rows <= limits.quarantineRowsMax || !isAboveShare) return;
  const limit = `${limits.quarantineRowsMax} rows or ${limits.quarantinePerMilleMax} in 1000 of ${all}`;
  throw new CarryoverError(cutoverQuarantineFull, { ...subject, rows: rows.toString(), limit, reasons });
}
