import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { Handle } from '../../sql/engine.ts';

/** How a run ended; `stopped` is one that was asked to end before it was through. */
export type JobOutcome = 'running' | 'done' | 'failed' | 'stopped';

/** What is known of a job. */
export interface JobRow {
  readonly system_name: string;
  readonly job: string;
  /** Rises with every run, so that a run which lost its lease is told from the one that has it. */
  readonly epoch: bigint;
  /** Who runs it; null where nobody does. */
  readonly holder: string | null;
  readonly expires_at: Instant | null;
  /** The newest tick that a run was started for, or that passed while one ran. */
  readonly tick_at: Instant | null;
  readonly started_at: Instant | null;
  readonly finished_at: Instant | null;
  readonly succeeded_at: Instant | null;
  readonly outcome: JobOutcome | null;
  readonly error_code: string | null;
  /** JSON of what the last successful run did; null before there was one, or where it was too long to keep. */
  readonly result: string | null;
  readonly runs: bigint;
  readonly failures: bigint;
}

/** The state of all jobs at one instant of the database's clock. */
export interface JobRows {
  readonly now: Instant;
  readonly rows: readonly JobRow[];
}

/** Reads the rows of all jobs and the database's clock; there is one row for each job that ever ran. The table must exist. */
export async function readJobRows(database: Database, handle: Handle = database.handle): Promise<JobRows> {
  const { rows } = await sql<{ now_at: Instant } & { [Column in keyof JobRow]: JobRow[Column] | null }>`
    select n.now_at, l.system_name, l.job, l.epoch, l.holder, l.expires_at, l.tick_at, l.started_at, l.finished_at, l.succeeded_at,
      l.outcome, l.error_code, l.result, l.runs, l.failures
    from (select ${database.dialect.expressions.now()} as now_at) as n
    left join ${sql.table('carryover_job_leases')} as l on 1 = 1
    order by l.system_name, l.job`.execute(handle);
  const [first] = rows;
  if (first === undefined) throw new Error('The database gave no clock reading.');
  return { now: first.now_at, rows: rows.filter((row): row is typeof row & JobRow => row.job !== null) };
}

/** The row of a job, undefined where it never ran. */
export function rowOf(
  rows: readonly JobRow[],
  job: { readonly system: string; readonly name: string },
): JobRow | undefined {
  return rows.find((row) => row.system_name === job.system && row.job === job.name);
}
