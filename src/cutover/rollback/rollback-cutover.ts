import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import type { Database } from '../../sql/database.ts';
import { undoComponent } from '../../sql/schema-migrator.ts';
import { crashPoint } from '../crash-points.ts';
import { limitsOf, reopen, subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverGateClosed } from '../cutover-errors.ts';
import { CutoverLog } from '../cutover-log.ts';
import { withLockLadder } from '../expand/lock-ladder.ts';
import { runDdl } from '../expand/run-ddl.ts';
import { dropViewStatement } from '../plan/planned-views.ts';
import { RowsMeter } from '../progress.ts';
import { changeState } from '../record/change-state.ts';
import { findCutoverRow, readCutoverRow, type CutoverRow } from '../record/cutover-row.ts';
import { appendJournal } from '../record/journal.ts';
import { releaseLease, withHeartbeat, type Lease } from '../record/lease.ts';
import { takeLease } from '../record/take-lease.ts';
import type { CutoverTables } from '../tables.ts';
import { eraseLedger } from './erase-ledger.ts';
import { parseInverse, type Inverse } from './inverses.ts';

/** What a rollback is given. */
export interface RollbackRequest {
  /** Why, for the journal and the status. */
  readonly reason: string;
  /** Takes the lease from a living runner too. */
  readonly takeover?: boolean;
}

/** What a rollback did. */
export interface RollbackResult {
  /** `nothing`: no run had made anything. */
  readonly status: 'rolled-back' | 'nothing';
  /** The inverses that were run, in order. */
  readonly undone: readonly string[];
  readonly accountsErased: bigint;
  readonly seconds: number;
}

const NOTHING: RollbackResult = { status: 'nothing', undone: [], accountsErased: 0n, seconds: 0 };

/**
 * Takes a cutover back to before `expand`: runs the inverses of the run's journal, newest first, and leaves the core tables with the
 * journal. It works on connections and a lease of its own, because those of a failed run may be what failed. Every inverse can be run
 * twice, so a rollback that was killed is called again. Throws `CUTOVER_GATE_CLOSED` when an account is under ledger
 * authority, then `CUTOVER_LEASE_HELD`.
 */
export async function rollbackCutover(context: CutoverContext, request: RollbackRequest): Promise<RollbackResult> {
  const startedMs = performance.now();
  const database = await reopen(context.database, { poolMax: 4 });
  try {
    const before = await findCutoverRow(database, context.system.name);
    if (before === undefined || before.state === 'rolled-back') return NOTHING;
    await refuseUnderLedgerAuthority(context, database);
    const ttlMs = limitsOf(context).leaseTtlMs;
    const lease = await takeLease(context, { database, stage: 'rollback', takeover: request.takeover ?? false });
    const rollback = new Rollback(context, database, lease);
    context.onProgress?.({ type: 'stage', stage: 'rollback', state: 'started' });
    try {
      await context.onLease?.();
      // Once more: while this one waited for the lease, another run may have had it.
      const row = await readCutoverRow(database.handle, context.system.name);
      if (row === undefined || row.state === 'rolled-back') return NOTHING;
      await refuseUnderLedgerAuthority(context, database);
      await rollback.begin(row, request.reason);
      crashPoint('rollback:before');
      await withHeartbeat(database, { lease, ttlMs }, () => rollback.run(row.run_id));
      await rollback.end();
    } finally {
      // A lease that cannot be given back runs out by itself.
      await releaseLease(database, lease).catch(() => undefined);
    }
    const seconds = (performance.now() - startedMs) / 1000;
    context.onProgress?.({ type: 'stage', stage: 'rollback', state: 'completed', seconds });
    return { status: 'rolled-back', undone: rollback.undone, accountsErased: rollback.accountsErased, seconds };
  } finally {
    await database.close();
  }
}

/** Accounts of a system that the ledger decides: what no rollback of this kind may erase. */
export async function countLedgerAuthority(database: Database, system: string): Promise<bigint> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_accounts')}
    where system_name = ${system} and authority = 'ledger'`.execute(database.handle);
  return rows[0]?.n ?? 0n;
}

async function refuseUnderLedgerAuthority(context: CutoverContext, database: Database): Promise<void> {
  const accounts = await countLedgerAuthority(database, context.system.name);
  if (accounts === 0n) return;
  throw new CarryoverError(cutoverGateClosed, {
    ...subjectOf(context),
    stage: 'roll back',
    found: `${accounts} accounts are under ledger authority`,
    expected: 'none, since their entries exist nowhere else',
    nextStep:
      'Keep the run: these accounts are decided by the ledger, and erasing them would lose what happened since.',
  });
}

/** One rollback under its lease. */
class Rollback {
  readonly undone: string[] = [];
  accountsErased = 0n;
  readonly #context: CutoverContext;
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #log: CutoverLog;

  constructor(context: CutoverContext, database: Database, lease: Lease) {
    this.#context = context;
    this.#database = database;
    this.#lease = lease;
    const { instance, folder, system } = context;
    this.#log = new CutoverLog({ folder, instance, system: system.name, target: database.target });
  }

  async begin(row: CutoverRow, reason: string): Promise<void> {
    const database = this.#database;
    const lease = this.#lease;
    this.#log.write('rollback', { stage: row.stage, state: row.state, reason });
    await database.write(async (trx) => {
      const set = row.state === 'rolling-back' ? {} : { failure: reason };
      await changeState(database, { trx, lease }, { stage: row.stage, state: 'rolling-back', set });
      const details = { from: `${row.stage} ${row.state}`, reason };
      await appendJournal(database, { trx, lease }, { stage: 'rollback', step: 'begin', phase: 'intent', details });
    });
  }

  /** Runs what the journal says would undo the run, newest first. */
  async run(runId: string): Promise<void> {
    const lines = await this.#database.handle
      .withTables<CutoverTables>()
      .selectFrom('carryover_journal')
      .select('inverse')
      .where('system_name', '=', this.#lease.system)
      .where('run_id', '=', runId)
      .where('inverse', 'is not', null)
      .orderBy('seq', 'desc')
      .execute();
    const inverses = [...new Set(lines.map(({ inverse }) => inverse as string))];
    for (const inverse of inverses) {
      this.#context.onProgress?.({ type: 'step', stage: 'rollback', step: inverse });
      const startedMs = performance.now();
      await this.#undo(parseInverse(inverse));
      const seconds = (performance.now() - startedMs) / 1000;
      await this.#database.write((trx) =>
        appendJournal(
          this.#database,
          { trx, lease: this.#lease },
          {
            stage: 'rollback',
            step: inverse,
            phase: 'result',
            seconds,
          },
        ),
      );
      this.undone.push(inverse);
    }
  }

  async end(): Promise<void> {
    const database = this.#database;
    const lease = this.#lease;
    await database.write(async (trx) => {
      for (const table of ['carryover_findings', 'carryover_quarantine', 'carryover_marks']) {
        await sql`delete from ${sql.table(table)} where system_name = ${lease.system}`.execute(trx);
      }
      await appendJournal(database, { trx, lease }, { stage: 'rollback', step: 'end', phase: 'result' });
      const row = await readCutoverRow(trx, lease.system);
      const set = { progress: null, legacy_fingerprint: null };
      await changeState(database, { trx, lease }, { stage: row?.stage ?? 'expand', state: 'rolled-back', set });
      crashPoint('rollback:before-done');
    });
    this.#log.write('rolled-back', { undone: this.undone });
  }

  async #undo(inverse: Inverse): Promise<void> {
    const { system } = this.#context;
    switch (inverse.kind) {
      case 'erase-ledger': {
        const meter = new RowsMeter('rollback', undefined);
        this.accountsErased += await eraseLedger(this.#database, this.#lease, (accounts) =>
          this.#context.onProgress?.(meter.at(accounts)),
        );
        return;
      }
      case 'drop-view': {
        const statement = dropViewStatement(this.#database, inverse.view);
        await this.#ladder(`drop the view ${inverse.view}`, (limited) => sql.raw(statement).execute(limited.handle));
        crashPoint('rollback:view-dropped');
        return;
      }
      case 'drop-triggers': {
        const { name, table } = inverse;
        const statements = this.#database.dialect.triggers.drop(name, table);
        await this.#ladder(`drop the triggers on ${table}`, (limited) => runDdl(limited, statements));
        crashPoint('rollback:triggers-dropped');
        return;
      }
      case 'undo-tables':
        await this.#ladder(`drop the tables of ${system.name}`, (limited) =>
          undoComponent(limited, system.schemaMigrations, system.name),
        );
        crashPoint('rollback:tables-dropped');
    }
  }

  #ladder<T>(step: string, work: (limited: Database) => Promise<T>): Promise<T> {
    const context = this.#context;
    const onWait = (reason: string): void => context.onProgress?.({ type: 'waiting', stage: 'rollback', reason });
    const budgetMs = limitsOf(context).lockLadderBudgetMs;
    return withLockLadder(this.#database, { ...subjectOf(context), step, budgetMs, onWait }, work);
  }
}
