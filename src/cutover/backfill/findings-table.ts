import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { Handle, Trx } from '../../sql/engine.ts';
import type { FoundRows } from '../analyze/run-findings.ts';
import type { FindingCheck, LegacySource } from '../descriptor.ts';

/** Rows written by one statement. */
const ROWS_PER_STATEMENT = 2_000;

/** A row of a finding, to be stored. */
export interface StoredFinding {
  readonly code: string;
  readonly severity: string;
  readonly subject: string;
  readonly details: string;
}

/**
 * All rows of all checks of legacy data, in order of check and subject. Those of `known`, which were found in the same state of legacy, are
 * not looked for again.
 */
export async function readFindings(
  handle: Handle,
  checks: readonly FindingCheck<unknown>[],
  query: { readonly source: LegacySource<unknown>; readonly known: FoundRows },
): Promise<readonly StoredFinding[]> {
  const { source, known } = query;
  const { expressions: e } = source;
  const found: StoredFinding[] = [];
  for (const check of checks) {
    const { code, severity } = check;
    const knownRows = known.get(code);
    if (knownRows !== undefined) {
      for (const row of knownRows) found.push({ code, severity, ...row });
      continue;
    }
    const { rows } = await sql<{
      subject: string;
      details: string;
    }>`select f.subject as subject, ${e.text(sql`f.details`)} as details
      from (${check.rows(source)}) as f order by ${e.text(sql`f.subject`)}`.execute(handle);
    for (const row of rows) found.push({ code, severity, ...row });
  }
  return found;
}

/** Replaces the system's stored findings, so that a person works through what legacy is like now. */
export async function writeFindings(
  database: Database,
  trx: Trx,
  findings: { readonly system: string; readonly runId: string; readonly rows: readonly StoredFinding[] },
): Promise<void> {
  const { expressions: e, statements } = database.dialect;
  const { system, runId } = findings;
  await sql`delete from ${sql.table('carryover_findings')} where system_name = ${system}`.execute(trx);
  for (let start = 0; start < findings.rows.length; start += ROWS_PER_STATEMENT) {
    const rows = statements.rows('r', {
      columns: { code: 'text', severity: 'text', subject: 'text', details: 'text' },
      rows: findings.rows
        .slice(start, start + ROWS_PER_STATEMENT)
        .map(({ code, severity, subject, details }) => [code, severity, subject, details]),
    });
    await sql`insert into ${sql.table('carryover_findings')} (system_name, run_id, code, severity, subject, details, found_at)
      select ${e.text(sql`${system}`)}, ${e.text(sql`${runId}`)}, r.code, r.severity, r.subject, r.details, ${e.now()} from ${rows}`.execute(
      trx,
    );
  }
}
