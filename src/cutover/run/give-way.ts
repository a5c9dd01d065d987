import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { isLive, type CutoverRun } from '../stages/define-stage.ts';

const PAUSE_MS_MIN = 5;
const PAUSE_MS_MAX = 100;

/**
 * Lets the application have its turn after a transaction, where there is one writer at a time: those who wait for it look now and then, and
 * would find the next transaction of ours already begun. As long as ours took, but only while the application writes at all.
 */
export async function giveWay(run: CutoverRun, workedMs: number): Promise<void> {
  const { database, system } = run.context;
  if (database.dialect.traits.concurrentWriters || !isLive(run)) return;
  const { rows } =
    await sql`select 1 as one from ${sql.table('carryover_marks')} where system_name = ${system.name} limit 1`.execute(
      database.handle,
    );
  if (rows.length === 0) return;
  await delay(Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, workedMs)));
}
