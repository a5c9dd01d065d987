import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { ProvenBackup } from '../backup-gate.ts';
import { drainMarks } from '../capture/drain-marks.ts';
import { brokenTriggers } from '../capture/require-triggers.ts';
import { captureTriggers, guardTriggers } from '../capture/legacy-triggers.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverGateClosed } from '../cutover-errors.ts';
import { withLockLadder } from '../expand/lock-ladder.ts';
import { runDdl } from '../expand/run-ddl.ts';
import { physicalColumn, physicalTable } from '../legacy-source.ts';
import { changeState } from '../record/change-state.ts';
import { readCutoverRow } from '../record/cutover-row.ts';
import { journaledStep } from '../record/journaled-step.ts';
import { withLiveRun } from '../run/live-run.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { readMirrorLag } from '../watch/mirror-entries.ts';
import { reconcileSwitched } from '../watch/reconcile-switched.ts';
import { mirrorAll } from '../watch/watch-cutover.ts';

/** How a cutover is ended for good. */
export interface ContractRequest {
  /** Days that the newest switch must be old: as long as a way back was promised. */
  readonly keepDays: number;
  /** Also removes the legacy columns that the ledger replaced. */
  readonly dropLegacy: boolean;
}

/** What it left. */
export interface ContractResult {
  readonly backup: ProvenBackup;
  readonly droppedTriggers: readonly string[];
  readonly droppedColumns: readonly string[];
}

/**
 * Ends a cutover: from here on there is no way back but the backup. Refused with `CUTOVER_GATE_CLOSED` while an account is under legacy
 * authority, legacy is behind on an entry or says another balance, or the newest switch is younger than the keep period. Takes a proven
 * backup, then removes the triggers, and columns only where asked to. Killed half way, it is run again.
 */
export function contractCutover(context: CutoverContext, request: ContractRequest): Promise<ContractResult> {
  return withLiveRun(context, { doing: 'contract', stage: 'contract', after: 'verify', guards: false }, async (run) => {
    const lease = left('the lease', run.lease);
    const { database } = context;
    await requireOver(run, request);
    await database.write((trx) => changeState(database, { trx, lease }, { stage: 'contract', state: 'running' }));
    const backup = await context.backup.prepare({
      database,
      instance: context.instance,
      purpose: {
        system: context.system.name,
        planHash: left('the row', await readCutoverRow(database.handle, context.system.name)).plan_hash,
      },
      onProgress: ({ step }) => run.emit({ type: 'step', stage: 'contract', step }),
    });
    crashPoint('contract:backup-proven');
    const droppedTriggers = await removeTriggers(run);
    const droppedColumns = request.dropLegacy ? await removeColumns(run) : [];
    crashPoint('contract:before-done');
    await database.write((trx) => changeState(database, { trx, lease }, { stage: 'contract', state: 'done' }));
    return { backup, droppedTriggers, droppedColumns };
  }).finally(() => context.backup.release());
}

/** Everything that must be true before the way back is given up. What is going on already is ended first. */
async function requireOver(run: CutoverRun, request: ContractRequest): Promise<void> {
  const row = left('the row', await readCutoverRow(run.context.database.handle, run.context.system.name));
  // A contract that was killed has passed these gates, and may have removed the triggers that some of them need.
  if (row.stage === 'contract') return;
  const broken = await brokenTriggers(run, true);
  if (broken.length > 0)
    throw closed(run, {
      found: `${broken.join(', ')} missing or disabled`,
      expected: 'triggers that guarded legacy until now',
      next: 'watch',
    });
  await mirrorAll(run);
  await drainMarks(run, 'contract');
  const underLegacy = await countUnderLegacy(run);
  if (underLegacy > 0n)
    throw closed(run, {
      found: `${underLegacy} accounts are under legacy authority`,
      expected: 'none',
      next: 'switch',
    });
  const lag = await readMirrorLag(run);
  if (lag.entries > 0n)
    throw closed(run, { found: `legacy was not told of ${lag.entries} entries`, expected: 'none', next: 'watch' });
  const drift = await reconcileSwitched(run);
  if (drift.drifted > 0n)
    throw closed(run, {
      found: `${drift.drifted} accounts differ from what legacy says`,
      expected: 'none',
      next: 'watch',
    });
  await requireKept(run, request.keepDays);
}

async function requireKept(run: CutoverRun, keepDays: number): Promise<void> {
  const { database, system } = run.context;
  const { rows } = await sql<{
    newest_at: Instant | null;
    now_at: Instant;
  }>`select max(switched_at) as newest_at, ${database.dialect.expressions.now()} as now_at
    from ${sql.table('carryover_switched')} where system_name = ${system.name}`.execute(database.handle);
  const [row] = rows;
  if (row?.newest_at === undefined || row.newest_at === null) return;
  const until = row.newest_at.plusMillis(keepDays * 86_400_000);
  if (!row.now_at.isBefore(until)) return;
  throw closed(run, {
    found: `the way back is kept until ${until.toString()}`,
    expected: 'a day after it',
    next: 'watch',
  });
}

async function countUnderLegacy(run: CutoverRun): Promise<bigint> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_accounts')}
    where system_name = ${run.context.system.name} and authority = 'legacy' and status <> 'closed'`.execute(
    run.context.database.handle,
  );
  return rows[0]?.n ?? 0n;
}

function closed(
  run: CutoverRun,
  gate: { readonly found: string; readonly expected: string; readonly next: 'watch' | 'switch' },
): CarryoverError<object> {
  const { instance, system } = subjectOf(run.context);
  const command = gate.next === 'switch' ? 'switch --all' : 'watch';
  return new CarryoverError(cutoverGateClosed, {
    instance,
    system,
    stage: 'contract',
    found: gate.found,
    expected: gate.expected,
    nextStep: `Run "carryover ${command} --instance ${instance} --system ${system}".`,
  });
}

async function removeTriggers(run: CutoverRun): Promise<readonly string[]> {
  const { database } = run.context;
  const { schema } = left('the legacy schema', run.legacy);
  const made = [...guardTriggers(run.context, schema), ...captureTriggers(run.context, schema)];
  for (const { name, table } of made) {
    const statements = database.dialect.triggers.drop(name, table);
    await ddlStep(run, `drop ${name}`, statements);
    crashPoint('contract:trigger-dropped');
  }
  return made.map(({ name }) => name);
}

async function removeColumns(run: CutoverRun): Promise<readonly string[]> {
  const { mapping, system, database } = run.context;
  const dropped: string[] = [];
  for (const { table, columns } of system.live?.superseded ?? []) {
    const physical = physicalTable(mapping, table);
    const info = await database.dialect.introspection.table(database.handle, physical);
    for (const column of columns.map((name) => physicalColumn(mapping, table, name))) {
      if (info?.columns.some(({ name }) => name === column) !== true) continue;
      const statement = sql`alter table ${sql.table(physical)} drop column ${sql.ref(column)}`.compile(
        database.handle,
      ).sql;
      await ddlStep(run, `drop ${physical}.${column}`, [statement]);
      dropped.push(`${physical}.${column}`);
    }
  }
  return dropped;
}

async function ddlStep(run: CutoverRun, step: string, statements: readonly string[]): Promise<void> {
  await journaledStep(run, { stage: 'contract', step, statements }, async () => {
    const request = {
      ...subjectOf(run.context),
      step,
      budgetMs: run.limits.lockLadderBudgetMs,
      onWait: (reason: string): void => run.emit({ type: 'waiting', stage: 'contract', reason }),
    };
    await withLockLadder(run.context.database, request, (limited) => runDdl(limited, statements));
  });
}
