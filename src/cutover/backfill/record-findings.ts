import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { Trx } from '../../sql/engine.ts';
import type { LegacySource, SystemDescriptor } from '../descriptor.ts';
import { legacySource, WHOLE, type SourceParts } from '../legacy-source.ts';

/** Replaces the system's stored findings by those of legacy now: all rows of all checks, so that a person can work through them. */
export async function recordFindings(
  database: Database,
  trx: Trx,
  findings: { readonly system: SystemDescriptor; readonly parts: SourceParts<unknown>; readonly runId: string },
): Promise<bigint> {
  const { system, parts, runId } = findings;
  const source: LegacySource<unknown> = legacySource(parts, WHOLE);
  const { expressions: e } = database.dialect;
  await sql`delete from ${sql.table('carryover_findings')} where system_name = ${system.name}`.execute(trx);
  let rows = 0n;
  for (const check of system.findings) {
    const { numAffectedRows } = await sql`insert into ${sql.table('carryover_findings')}
        (system_name, run_id, code, severity, subject, details, found_at)
      select ${system.name}, ${runId}, ${check.code}, ${check.severity}, f.subject, ${e.text(sql`f.details`)}, ${e.now()}
      from (${check.rows(source)}) as f order by ${e.text(sql`f.subject`)}`.execute(trx);
    rows += numAffectedRows ?? 0n;
  }
  return rows;
}
