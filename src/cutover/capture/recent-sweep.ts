import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { StageName } from '../cutover-state.ts';
import { appendJournal } from '../record/journal.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { sweepAccounts, type Sweep } from './sweep.ts';

/** The step of the journal under which sweeps are written down. */
const STEP = 'sweep';

/**
 * Sweeps, and writes down what it found, so that the next step need not look at everything again at once. A watch does not: a line of the
 * journal is another state than the one that was shown to whoever is about to confirm a step.
 */
export async function sweepOnRecord(run: CutoverRun, stage: StageName): Promise<Sweep> {
  const { database } = run.context;
  const sweep = await sweepAccounts(run, stage);
  const { compared, different, inFlight, unseen } = sweep;
  const details = { different, inFlight, unseen: unseen.length };
  const lease = left('the lease', run.lease);
  await database.write((trx) =>
    appendJournal(database, { trx, lease }, { stage, step: STEP, phase: 'result', rows: compared, details }),
  );
  return sweep;
}

interface SweepRow {
  readonly row_count: bigint;
  readonly details: string;
  readonly recorded_at: Instant;
  readonly now_at: Instant;
}

/** A sweep that was made before, and how long ago. */
export interface RecentSweep {
  readonly sweep: Sweep;
  readonly ageSeconds: number;
}

/**
 * The last sweep on record of this run, where it found nothing and is no older than so many seconds. A trigger that was missing meanwhile needs no word
 * here: no step begins without it, and what makes it again verifies, which is a sweep of its own.
 */
export async function recentSweep(run: CutoverRun, secondsMax: number): Promise<RecentSweep | undefined> {
  const { database, system } = run.context;
  const { expressions: e } = database.dialect;
  const { rows } = await sql<SweepRow>`select j.row_count as row_count, j.details as details,
      j.recorded_at as recorded_at, ${e.now()} as now_at
    from ${sql.table('carryover_journal')} as j
    join ${sql.table('carryover_cutovers')} as c on c.system_name = j.system_name and c.run_id = j.run_id
    where j.system_name = ${system.name} and j.step = ${STEP}
    order by j.seq desc limit 1`.execute(database.handle);
  const [row] = rows;
  if (row === undefined || row.recorded_at.plusMillis(secondsMax * 1000).isBefore(row.now_at)) return undefined;
  const found = JSON.parse(row.details) as {
    readonly different: string;
    readonly inFlight: string;
    readonly unseen: number;
  };
  if (found.different !== '0' || found.unseen > 0) return undefined;
  return {
    sweep: { compared: row.row_count, different: 0n, named: [], inFlight: BigInt(found.inFlight), unseen: [] },
    ageSeconds: Number((row.now_at.epochMicros - row.recorded_at.epochMicros) / 1_000_000n),
  };
}
