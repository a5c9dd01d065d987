import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import { decodeProgress } from '../backfill/backfill-progress.ts';
import type { CutoverSubject } from '../cutover-errors.ts';
import type { RunState, StageName } from '../cutover-state.ts';
import { findCutoverRow, isAlive, type CutoverRow } from '../record/cutover-row.ts';
import type { HolderKind } from '../tables.ts';

/** Where a cutover is, and the one next command that is safe. */
export interface CutoverStatus extends CutoverSubject {
  /** Absent where no run ever changed this database. */
  readonly run?: {
    readonly runId: string;
    readonly asOf: Instant;
    readonly planHash: string;
    readonly stage: StageName;
    readonly state: RunState;
    readonly pass: bigint;
    readonly startedAt: Instant;
    readonly updatedAt: Instant;
    readonly failure: string | null;
    readonly paused: boolean;
    readonly pauseReason: string | null;
  };
  /** Who holds the lease, and whether that runner still gives signs of life. A job has it for a moment, and runs wait for it. */
  readonly runner?: {
    readonly holder: string;
    readonly kind: HolderKind;
    readonly alive: boolean;
    readonly heartbeatAgeSeconds: number;
  };
  /** How far the present pass of the backfill is. */
  readonly backfill?: { readonly facts: bigint; readonly factsTotal: bigint; readonly entries: bigint };
  readonly accounts: { readonly legacy: bigint; readonly ledger: bigint };
  /** Where legacy is followed: what each side has not been told yet, and who was switched together. */
  readonly live?: LiveStatus;
  readonly quarantined: bigint;
  readonly findings: bigint;
  /** One sentence: what is true. */
  readonly summary: string;
  /** A command line to copy, or undefined when there is nothing to do but wait. */
  readonly nextCommand?: string;
}

/** How far both sides of a cutover in use are apart. */
export interface LiveStatus {
  /** Legacy writes that the ledger has not followed. */
  readonly marksWaiting: bigint;
  /** Entries that legacy was not told of. */
  readonly entriesWaiting: bigint;
  readonly cohorts: readonly { readonly cohort: string; readonly accounts: bigint; readonly switchedAt: Instant }[];
}

/** Reads where a system's cutover is. Writes nothing, and works before Carryover has any table. */
export async function cutoverStatus(
  database: Database,
  subject: CutoverSubject,
  system: { readonly isLive: boolean } = { isLive: false },
): Promise<CutoverStatus> {
  const row = await findCutoverRow(database, subject.system);
  if (row === undefined) {
    return {
      ...subject,
      accounts: { legacy: 0n, ledger: 0n },
      quarantined: 0n,
      findings: 0n,
      summary: 'Nothing was changed yet.',
      nextCommand: command('analyze', subject),
    };
  }
  const now = await database.dialect.statements.serverNow(database.handle);
  const runner = runnerOf(row, now);
  const progress = row.progress === null ? undefined : decodeProgress(row.progress);
  const counts = await countRows(database, subject.system);
  const live = system.isLive ? await readLiveStatus(database, subject.system) : undefined;
  return {
    ...subject,
    run: {
      runId: row.run_id,
      asOf: row.as_of,
      planHash: row.plan_hash,
      stage: row.stage,
      state: row.state,
      pass: row.pass,
      startedAt: row.started_at,
      updatedAt: row.updated_at,
      failure: row.failure,
      paused: row.paused === 1n,
      pauseReason: row.pause_reason,
    },
    ...(runner === undefined ? {} : { runner }),
    ...(progress === undefined
      ? {}
      : { backfill: { facts: progress.facts, factsTotal: progress.factsExpected, entries: progress.entries } }),
    ...counts,
    ...(live === undefined ? {} : { live }),
    ...adviseNext(row, { runner, subject, live, accounts: counts.accounts }),
  };
}

/** What is true in one sentence, and the one next command. */
function adviseNext(
  row: Pick<CutoverRow, 'stage' | 'state' | 'failure' | 'paused' | 'pause_reason'>,
  now: {
    readonly runner: CutoverStatus['runner'];
    readonly accounts: CutoverStatus['accounts'];
    readonly subject: CutoverSubject;
    readonly live: LiveStatus | undefined;
  },
): Pick<CutoverStatus, 'summary' | 'nextCommand'> {
  const { runner, subject } = now;
  if (row.paused === 1n && row.state === 'running') {
    const why = row.pause_reason === null ? '' : ` (${row.pause_reason})`;
    return { summary: `The run stands still in ${row.stage}: paused${why}.`, nextCommand: command('resume', subject) };
  }
  if (runner?.alive === true && runner.kind === 'run')
    return { summary: `"${runner.holder}" is at work on ${row.stage} (${row.state}).` };
  switch (row.state) {
    case 'running':
      return {
        summary: `The run stopped in ${row.stage}, and nobody works on it.${row.stage === 'switch' ? ` ${whoDecides(now.accounts)}` : ''}`,
        nextCommand: command(RESUMED_BY[row.stage] ?? 'migrate', subject),
      };
    case 'failed':
      return {
        summary: `The run failed in ${row.stage}: ${row.failure ?? 'no reason was left'}`,
        nextCommand: command('rollback', subject),
      };
    case 'rolling-back':
      return {
        summary: `A rollback stopped half way: ${row.failure ?? 'no reason was left'}`,
        nextCommand: command('rollback', subject),
      };
    case 'rolled-back':
      return { summary: 'The last run was rolled back; legacy is as it was.', nextCommand: command('plan', subject) };
    case 'done':
      return adviseAfter(row, now);
  }
}

/**
 * What goes on with a stage behind verify that was interrupted; the others are gone on with by migrate. Nobody but who began a switch knows
 * whom it was about, so what keeps both sides equal is safe, and more of it is not.
 */
const RESUMED_BY: Partial<Record<StageName, string>> = {
  switch: 'watch',
  watch: 'watch',
  contract: 'contract',
};

function adviseAfter(
  { stage }: Pick<CutoverRow, 'stage'>,
  now: Parameters<typeof adviseNext>[1],
): Pick<CutoverStatus, 'summary' | 'nextCommand'> {
  const { subject, live, accounts } = now;
  if (stage === 'contract') return { summary: 'The cutover is over; the backup of its contract is the only way back.' };
  if (stage === 'verify' && live === undefined) {
    return { summary: 'The ledger is proven equal to legacy.', nextCommand: command('verify', subject) };
  }
  if (stage === 'verify' && accounts.ledger === 0n) {
    return {
      summary: 'The ledger is proven equal to legacy, and follows it.',
      nextCommand: command('switch --percent 5', subject),
    };
  }
  if (stage === 'verify' || stage === 'switch') {
    const waiting = (live?.entriesWaiting ?? 0n) + (live?.marksWaiting ?? 0n);
    const summary = whoDecides(accounts);
    if (waiting > 0n || accounts.legacy === 0n) return { summary, nextCommand: command('watch', subject) };
    return { summary, nextCommand: command('switch --all', subject) };
  }
  return { summary: `${stage} is done.`, nextCommand: command('migrate', subject) };
}

function whoDecides({ ledger, legacy }: CutoverStatus['accounts']): string {
  return `${ledger} accounts are decided by the ledger, ${legacy} by legacy.`;
}

async function readLiveStatus(database: Database, system: string): Promise<LiveStatus> {
  const { sumInt64 } = database.dialect.expressions;
  const { rows: waiting } = await sql<{ marks: bigint; entries: bigint }>`select
      (select count(*) from ${sql.table('carryover_marks')} where system_name = ${system}) as marks,
      (select coalesce(${sumInt64(sql`a.seq - w.mirrored_seq`)}, 0) from ${sql.table('carryover_switched')} as w
        join ${sql.table('carryover_accounts')} as a on a.id = w.account_id where w.system_name = ${system}) as entries`.execute(
    database.handle,
  );
  const { rows: cohorts } = await sql<{
    cohort: string;
    accounts: bigint;
    switched_at: Instant;
  }>`select w.cohort as cohort,
      count(*) as accounts, max(w.switched_at) as switched_at
    from ${sql.table('carryover_switched')} as w where w.system_name = ${system} group by w.cohort order by max(w.switched_at)`.execute(
    database.handle,
  );
  return {
    marksWaiting: waiting[0]?.marks ?? 0n,
    entriesWaiting: waiting[0]?.entries ?? 0n,
    cohorts: cohorts.map(({ cohort, accounts, switched_at: switchedAt }) => ({ cohort, accounts, switchedAt })),
  };
}

function command(verb: string, { instance, system }: CutoverSubject): string {
  return `carryover ${verb} --instance ${instance} --system ${system}`;
}

function runnerOf(row: CutoverRow, now: Instant): CutoverStatus['runner'] {
  if (row.holder === null) return undefined;
  const ageMicros = now.epochMicros - row.heartbeat_at.epochMicros;
  const heartbeatAgeSeconds = Math.max(0, Math.floor(Number(ageMicros) / 1e6));
  return { holder: row.holder, kind: row.holder_kind ?? 'run', alive: isAlive(row, now), heartbeatAgeSeconds };
}

async function countRows(
  database: Database,
  system: string,
): Promise<Pick<CutoverStatus, 'accounts' | 'quarantined' | 'findings'>> {
  const { expressions: e } = database.dialect;
  const ofTable = (table: string): ReturnType<typeof sql> =>
    sql`(select count(*) from ${sql.table(table)} where system_name = ${system})`;
  const { rows } = await sql<{ ledger: bigint; accounts: bigint; quarantined: bigint; findings: bigint }>`
    select ${e.int64(sql`(select count(*) from ${sql.table('carryover_accounts')} where system_name = ${system} and authority = 'ledger')`)} as ledger,
      ${ofTable('carryover_accounts')} as accounts, ${ofTable('carryover_quarantine')} as quarantined,
      ${ofTable('carryover_findings')} as findings`.execute(database.handle);
  const { ledger, accounts, quarantined, findings } = rows[0] ?? {
    ledger: 0n,
    accounts: 0n,
    quarantined: 0n,
    findings: 0n,
  };
  return { accounts: { legacy: accounts - ledger, ledger }, quarantined, findings };
}
