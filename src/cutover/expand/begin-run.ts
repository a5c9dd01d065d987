import { randomBytes } from 'node:crypto';
import { CarryoverError } from '../../base/errors.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { sql } from 'kysely';
import { quarantinedRows } from '../analyze/analysis.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverLeaseHeld } from '../cutover-errors.ts';
import { readCutoverRow } from '../record/cutover-row.ts';
import { appendJournal } from '../record/journal.ts';
import type { Lease } from '../record/lease.ts';
import { holderOf } from '../record/holder.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';

/**
 * Records a new run in the row of its system, with its lease, and what the stages before found as the first lines of its journal: those
 * stages had no table to write to. The row of a run that was rolled back is used again, so that epoch and journal go on
 * counting. Throws `CUTOVER_LEASE_HELD` when another runner was faster.
 */
export async function beginRun(run: CutoverRun): Promise<Lease> {
  const { context, limits } = run;
  const { database, system } = context;
  const { expressions } = database.dialect;
  const plan = left('the plan', run.plan);
  const backup = left('the backup', run.backup);
  const subject = subjectOf(context);
  const holder = holderOf(context);
  return database.write(async (trx) => {
    const row = await readCutoverRow(trx, system.name);
    const epoch = (row?.epoch ?? 0n) + 1n;
    const values: Readonly<Record<string, unknown>> = {
      run_id: context.runId ?? newRunId(run),
      as_of: expressions.instant(run.asOf),
      plan_hash: plan.hash,
      plan_parts: canonicalJson(plan.parts),
      tool_version: context.toolVersion,
      backup_id: backup.id,
      stage: 'expand',
      state: 'running',
      pass: 0n,
      progress: null,
      legacy_fingerprint: null,
      paused: 0n,
      pause_reason: null,
      failure: null,
      holder,
      holder_kind: context.holderKind ?? 'run',
      epoch,
      heartbeat_at: expressions.now(),
      lease_ttl_ms: BigInt(limits.leaseTtlMs),
      started_at: expressions.now(),
      updated_at: expressions.now(),
    };
    const written =
      row === undefined
        ? await insertRow({ run, trx, values: { system_name: system.name, journal_seq: 0n, ...values } })
        : await sql`update ${sql.table('carryover_cutovers')} set ${sql.join(
            Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
          )} where system_name = ${system.name} and epoch = ${row.epoch} and state = 'rolled-back'`.execute(trx);
    if (written.numAffectedRows !== 1n) {
      throw new CarryoverError(cutoverLeaseHeld, {
        ...subject,
        holder: row?.holder ?? 'another runner',
        holderKind: row?.holder_kind ?? 'run',
        heartbeatAgeSeconds: 0,
      });
    }
    const lease: Lease = { ...subject, holder, epoch };
    await journalEarlierStages(run, { trx, lease });
    return lease;
  });
}

async function insertRow(insert: {
  readonly run: CutoverRun;
  readonly trx: Parameters<typeof readCutoverRow>[0];
  readonly values: Readonly<Record<string, unknown>>;
}): Promise<{ readonly numAffectedRows?: bigint }> {
  const { run, trx, values } = insert;
  const columns = sql.join(Object.keys(values).map((column) => sql.ref(column)));
  try {
    return await sql`insert into ${sql.table('carryover_cutovers')} (${columns}) values (${sql.join(
      Object.values(values).map((value) => sql`${value}`),
    )})`.execute(trx);
  } catch (error) {
    if (run.context.database.classify(error)?.kind !== 'unique') throw error;
    // Two first runs met; the other one's row is there when its transaction ends.
    throw new CarryoverError(
      cutoverLeaseHeld,
      { ...subjectOf(run.context), holder: 'another runner', holderKind: 'run', heartbeatAgeSeconds: 0 },
      error,
    );
  }
}

async function journalEarlierStages(run: CutoverRun, leased: Parameters<typeof appendJournal>[1]): Promise<void> {
  const { database } = run.context;
  const analysis = left('the analysis', run.analysis);
  const plan = left('the plan', run.plan);
  const backup = left('the backup', run.backup);
  const facts = analysis.facts.map(({ table, rows, outcomes }) => ({ table, rows, outcomes }));
  const findings = analysis.findings.filter(({ rows }) => rows > 0n).map(({ code, rows }) => ({ code, rows }));
  await appendJournal(database, leased, {
    stage: 'analyze',
    step: 'report',
    phase: 'result',
    seconds: analysis.seconds,
    details: { facts, findings, units: analysis.units, quarantined: quarantinedRows(analysis.facts).rows },
  });
  await appendJournal(database, leased, {
    stage: 'plan',
    step: 'agree',
    phase: 'result',
    statements: plan.ddl,
    details: { parts: plan.parts, seconds: plan.seconds, bytes: plan.bytes, estimatedBy: plan.estimatedBy },
  });
  await appendJournal(database, leased, {
    stage: 'backup',
    step: backup.state,
    phase: 'result',
    seconds: backup.takeSeconds + backup.restoreSeconds,
    details: { id: backup.id, sha256: backup.sha256, bytes: backup.bytes, tables: backup.fingerprint.tables.length },
  });
  if (run.rehearsal === undefined) return;
  await appendJournal(database, leased, {
    stage: 'rehearse',
    step: 'report',
    phase: 'result',
    details: { ...run.rehearsal.measured },
  });
}

/** Sorts by time, and does not repeat when two runs begin within a second. */
function newRunId(run: CutoverRun): string {
  const at = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${run.context.system.name}-${at}Z-${randomBytes(3).toString('hex')}`;
}
