import type { Instant } from '../../base/instant.ts';
import { cutoverStatus, type CutoverContext, type CutoverStatus } from '../../cutover/index.ts';
import { compareJob, type MirrorRun } from '../jobs/mirror-job.ts';
import { readJobRows } from '../jobs/job-rows.ts';
import { findJournalLine, readJournal, type JournalRow } from './read-journal.ts';

/** Lines of the journal that a look shows. */
const NEWEST_LINES = 20;

/** A cutover from near. */
export interface CutoverLook {
  readonly status: CutoverStatus;
  /** The newest lines, oldest first. */
  readonly journal: readonly JournalRow[];
  /** What the last verification left in the journal; absent where there was none. */
  readonly verification?: JournalRow;
  /** What the newest pass of the service over both sides found; absent where none compared them. */
  readonly drift?: LastDrift;
}

/** What the newest comparison of both sides found. */
export interface LastDrift {
  readonly compared: number;
  readonly differing: number;
  readonly comparedAt: Instant;
}

/** Where the cutover of a system is and what its runs and the service's passes did last. Writes nothing; the service's tables must exist. */
export async function lookAtCutover(context: CutoverContext): Promise<CutoverLook> {
  const { database, system } = context;
  const status = await statusOf(context);
  const verification = await findJournalLine(database, system.name, { stage: 'verify', phase: 'result' });
  const drift = status.live === undefined ? undefined : await findDrift(context);
  return {
    status,
    journal: await readJournal(database, system.name, { limit: NEWEST_LINES }),
    ...(verification === undefined ? {} : { verification }),
    ...(drift === undefined ? {} : { drift }),
  };
}

/** As `carryover status` says it. */
export function statusOf({ database, instance, system }: CutoverContext): Promise<CutoverStatus> {
  return cutoverStatus(database, { instance, system: system.name }, { isLive: system.live !== undefined });
}

async function findDrift({ database, system }: CutoverContext): Promise<LastDrift | undefined> {
  const { rows } = await readJobRows(database);
  const row = rows.find(({ job }) => job === compareJob.name);
  if (row === undefined || row.result === null || row.succeeded_at === null) return undefined;
  const { systems } = JSON.parse(row.result) as MirrorRun;
  const pass = systems.find((one) => one.system === system.name);
  if (pass?.compared === undefined || pass.differing === undefined) return undefined;
  return { compared: pass.compared, differing: pass.differing, comparedAt: row.succeeded_at };
}
