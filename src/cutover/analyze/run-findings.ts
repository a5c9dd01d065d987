import { sql, type RawBuilder } from 'kysely';
import type { Handle } from '../../sql/engine.ts';
import type { FindingCheck, FindingRow, LegacySource } from '../descriptor.ts';
import type { FindingSummary } from './analysis.ts';

/** Runs a query of finding rows: how many there are, and the first few by subject. */
export async function sampleFinding(
  handle: Handle,
  rows: RawBuilder<FindingRow>,
  query: { readonly source: LegacySource<unknown>; readonly samplesMax: number },
): Promise<Pick<FindingSummary, 'rows' | 'samples'>> {
  const { expressions } = query.source;
  const result = await sql<{ subject: string; details: string; n: bigint }>`select f.subject as subject,
      ${expressions.text(sql`f.details`)} as details, count(*) over () as n
    from (${rows}) as f order by ${expressions.text(sql`f.subject`)} limit ${sql.lit(query.samplesMax)}`.execute(
    handle,
  );
  return {
    rows: result.rows[0]?.n ?? 0n,
    samples: result.rows.map(({ subject, details }) => ({ subject, details })),
  };
}

/** Runs the system's own checks of legacy data. */
export async function runFindings(
  handle: Handle,
  checks: readonly FindingCheck<unknown>[],
  query: {
    readonly source: LegacySource<unknown>;
    readonly samplesMax: number;
    readonly accepted: readonly string[];
  },
): Promise<readonly FindingSummary[]> {
  const summaries: FindingSummary[] = [];
  for (const check of checks) {
    const found = await sampleFinding(handle, check.rows(query.source), query);
    summaries.push({
      code: check.code,
      severity: check.severity,
      title: check.title,
      treatment: check.treatment(query.source.policy),
      ...found,
      accepted: check.severity === 'stop' && query.accepted.includes(check.code),
    });
  }
  return summaries;
}
