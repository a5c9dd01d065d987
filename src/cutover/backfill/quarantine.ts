import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import type { Handle, Trx } from '../../sql/engine.ts';
import type { Database } from '../../sql/database.ts';
import type { FactCount } from '../analyze/analysis.ts';
import { quarantinedRows } from '../analyze/analysis.ts';
import { cutoverQuarantineFull, type CutoverSubject } from '../cutover-errors.ts';
import type { CutoverLimits } from '../cutover-limits.ts';
import type { FactTable, LegacySource } from '../descriptor.ts';

/** Rows written by one statement. */
const ROWS_PER_STATEMENT = 2_000;

/** A legacy row that waits. */
export interface QuarantinedRow {
  readonly table: string;
  readonly source: string;
  readonly reason: string;
  readonly subject: string;
}

/**
 * Reads the quarantined rows of those fact tables that have any by their counts, which are of the same state of legacy. The limit on them
 * was checked before, so they fit into memory.
 */
export async function readQuarantined(
  handle: Handle,
  facts: readonly FactTable<unknown>[],
  query: { readonly source: LegacySource<unknown>; readonly counts: readonly FactCount[] },
): Promise<readonly QuarantinedRow[]> {
  const { source, counts } = query;
  const found: QuarantinedRow[] = [];
  const affected = new Set(counts.filter((count) => quarantinedRows([count]).rows > 0n).map(({ table }) => table));
  for (const fact of facts.filter(({ table }) => affected.has(table))) {
    const { rows } = await sql<
      Omit<QuarantinedRow, 'table'>
    >`select c.source as source, c.reason as reason, c.subject as subject
      from (${fact.classify(source)}) as c where c.outcome = 'quarantined'`.execute(handle);
    for (const row of rows) found.push({ table: fact.table, ...row });
  }
  return found;
}

/**
 * Makes the quarantine hold exactly these rows, keeping when each was first seen: those that are carried, excluded or gone by now are
 * removed. Returns how many were.
 */
export async function writeQuarantine(
  database: Database,
  trx: Trx,
  quarantine: { readonly system: string; readonly pass: bigint; readonly rows: readonly QuarantinedRow[] },
): Promise<bigint> {
  const { expressions: e, statements } = database.dialect;
  const { system, pass } = quarantine;
  for (let start = 0; start < quarantine.rows.length; start += ROWS_PER_STATEMENT) {
    const rows = statements.rows('r', {
      columns: { legacy_table: 'text', source: 'text', reason: 'text', subject: 'text' },
      rows: quarantine.rows
        .slice(start, start + ROWS_PER_STATEMENT)
        .map(({ table, source, reason, subject }) => [table, source, reason, subject]),
    });
    const values = {
      system_name: e.text(sql`${system}`),
      source: sql`r.source`,
      legacy_table: sql`r.legacy_table`,
      reason: sql`r.reason`,
      subject: sql`r.subject`,
      first_seen_at: e.now(),
      last_seen_at: e.now(),
      last_pass: e.int64(sql`${pass}`),
    };
    const selected = Object.entries(values).map(([name, value]) => sql`${value} as ${sql.ref(name)}`);
    await statements.insertIfAbsent(trx, {
      table: 'carryover_quarantine',
      columns: Object.keys(values),
      source: sql`select ${sql.join(selected)} from ${rows}`,
      conflict: ['system_name', 'source'],
    });
    await statements.updateFromQuery(trx, {
      table: 'carryover_quarantine',
      source: sql`select ${sql.join(selected)} from ${rows}`,
      key: ['system_name', 'source'],
      set: {
        reason: sql`source.reason`,
        subject: sql`source.subject`,
        last_seen_at: sql`source.last_seen_at`,
        last_pass: sql`source.last_pass`,
      },
    });
  }
  const { numAffectedRows } = await sql`delete from ${sql.table('carryover_quarantine')}
    where system_name = ${system} and last_pass < ${pass}`.execute(trx);
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
