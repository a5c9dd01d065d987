import { sql, type RawBuilder } from 'kysely';
import type { Handle } from '../../sql/engine.ts';
import type { FindingCheck, FindingRow, LegacySource } from '../descriptor.ts';
import type { FindingSummary } from './analysis.ts';

/**
 * Finding rows kept of all checks together, so that a backfill behind this need not look for them again. More would be held for as
 * long as the run lasts; with fewer a large school is looked at twice.
 */
const ROWS_KEPT_MAX = 100_000;

/** By the code of a check, all rows it found, in order of subject. A check that found too many to keep is missing. */
export type FoundRows = ReadonlyMap<string, readonly FindingRow[]>;

/** Runs a query of finding rows: how many there are, and the first of them by subject. */
export async function readFinding(
  handle: Handle,
  rows: RawBuilder<FindingRow>,
  query: { readonly source: LegacySource<unknown>; readonly rowsMax: number },
): Promise<Pick<FindingSummary, 'rows' | 'samples'>> {
  const { expressions } = query.source;
  const result = await sql<{ subject: string; details: string; n: bigint }>`select f.subject as subject,
      ${expressions.text(sql`f.details`)} as details, count(*) over () as n
    from (${rows}) as f order by ${expressions.text(sql`f.subject`)} limit ${sql.lit(query.rowsMax)}`.execute(handle);
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
): Promise<{ readonly summaries: readonly FindingSummary[]; readonly found: FoundRows }> {
  const { source, samplesMax, accepted } = query;
  const summaries: FindingSummary[] = [];
  const found = new Map<string, readonly FindingRow[]>();
  let left = ROWS_KEPT_MAX;
  for (const check of checks) {
    const { rows, samples } = await readFinding(handle, check.rows(source), {
      source,
      rowsMax: Math.max(samplesMax, left),
    });
    if (BigInt(samples.length) === rows) {
      found.set(check.code, samples);
      left -= samples.length;
    }
    summaries.push({
      code: check.code,
      severity: check.severity,
      title: check.title,
      treatment: check.treatment(source.policy),
      rows,
      samples: samples.slice(0, samplesMax),
      accepted: check.severity === 'stop' && accepted.includes(check.code),
    });
  }
  return { summaries, found };
}
