import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import { RETURNED_TO_LEGACY } from '../../ledger/verify/check-audit.ts';
import type { Trx } from '../../sql/engine.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverReturnRefused } from '../cutover-errors.ts';
import type { LossRow } from '../live-descriptor.ts';
import { readCutoverRow } from '../record/cutover-row.ts';
import { appendJournal } from '../record/journal.ts';
import { checkLease } from '../record/lease.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { mirrorAccounts } from '../watch/mirror-entries.ts';
import { readLosses } from '../watch/reconcile-switched.ts';
import { compareHeld, holdAccounts, type HeldAccount } from './compare-owners.ts';

/** Owners that go back together in one transaction. */
export interface ReturnSlice {
  readonly owners: readonly string[];
  /** Absent: the accounts of every kind. */
  readonly kind?: string;
  /** Losses that a person has agreed to, as `nameOfLoss` writes them. */
  readonly accepted: ReadonlySet<string>;
  /** For the journal: whom the rollback was asked for. */
  readonly asked: string;
}

/** What a slice gave back. */
export interface ReturnedSlice {
  readonly accounts: bigint;
  /** Marks it left, so that the ledger follows legacy again from here on. */
  readonly marks: bigint;
}

/** A loss as a file of accepted losses has it on a line. */
export function nameOfLoss({ kind, owner, name, details }: LossRow): string {
  return `${kind} ${owner} ${name} ${details}`;
}

/**
 * Gives the authority over the accounts of some owners back to legacy in the caller's transaction: locks them, so that nothing is posted any
 * more; tells legacy the rest; holds legacy against the ledger; flips. Entries stay, and what stands for each in legacy is known, so that a
 * later switch posts only what changed. Owners that are back already are passed over. Throws
 * `CUTOVER_RETURN_REFUSED` where legacy cannot hold what the ledger knows, and then nothing of the slice was changed.
 */
export async function returnSlice(run: CutoverRun, trx: Trx, slice: ReturnSlice): Promise<ReturnedSlice> {
  const { database } = run.context;
  const lease = left('the lease', run.lease);
  await checkLease(database, trx, lease);
  const kind = slice.kind === undefined ? {} : { kind: slice.kind };
  const held = await holdAccounts(run, trx, { owners: slice.owners, authority: 'ledger', ...kind });
  const ids = await switchedIds(run, trx, held);
  const accounts = held.filter(({ id }) => ids.has(id));
  if (accounts.length === 0) return { accounts: 0n, marks: 0n };
  for (let isAll = false; !isAll;) ({ isAll } = await mirrorAccounts(run, trx, [...ids]));
  crashPoint('return:slice:mirrored');
  const losses = await lossesOf(run, trx, accounts);
  refuseLosses(
    run,
    losses.filter((loss) => !slice.accepted.has(nameOfLoss(loss))),
  );
  const excused = new Set(losses.map(({ kind: of, owner }) => `${of}\n${owner}`));
  const differing = (await compareHeld(run, trx, accounts)).filter(
    ({ kind: of, owner }) => !excused.has(`${of}\n${owner}`),
  );
  if (differing.length > 0) {
    throw refused(run, {
      reason: `${differing.length} accounts differ from what legacy says after it was told everything`,
      accounts: differing.map(
        ({ kind: of, owner, expected, ledger }) =>
          `${of} ${owner}: legacy ${expected ?? 'none'}, ledger ${ledger ?? 'none'}`,
      ),
    });
  }
  const marks = await flipBack(run, trx, accounts);
  crashPoint('return:slice:flipped');
  await appendJournal(
    database,
    { trx, lease },
    {
      stage: 'rollback',
      step: `return ${slice.asked}`.slice(0, 180),
      phase: 'result',
      rows: BigInt(accounts.length),
      details: { owners: slice.owners.length, losses: losses.map(nameOfLoss) },
    },
  );
  return { accounts: BigInt(accounts.length), marks };
}

/** Accounts that came from legacy. One that was opened under ledger authority never stood there and stays. */
async function switchedIds(run: CutoverRun, trx: Trx, held: readonly HeldAccount[]): Promise<ReadonlySet<bigint>> {
  if (held.length === 0) return new Set();
  const { statements } = run.context.database.dialect;
  const { rows } = await sql<{ account_id: bigint }>`select account_id from ${sql.table('carryover_switched')}
    where ${statements.idIn(
      'account_id',
      held.map(({ id }) => id),
    )}`.execute(trx);
  return new Set(rows.map((row) => row.account_id));
}

async function lossesOf(run: CutoverRun, trx: Trx, accounts: readonly HeldAccount[]): Promise<readonly LossRow[]> {
  return readLosses(run, { handle: trx, ids: accounts.map(({ id }) => id) });
}

function refuseLosses(run: CutoverRun, losses: readonly LossRow[]): void {
  if (losses.length === 0) return;
  throw refused(run, {
    reason: 'legacy has no place for what the ledger knows of them',
    accounts: losses.map(nameOfLoss),
  });
}

function refused(
  run: CutoverRun,
  found: { readonly reason: string; readonly accounts: readonly string[] },
): CarryoverError<object> {
  const { instance, system } = subjectOf(run.context);
  return new CarryoverError(cutoverReturnRefused, {
    instance,
    system,
    reason: found.reason,
    accounts: found.accounts.slice(0, run.limits.namedAccountsMax),
    nextStep: `Settle them first, or give the exact list back: "carryover rollback --instance ${instance} --system ${system} --accept-loss FILE".`,
  });
}

/**
 * Audited, because legacy sets floor and status from here on. What differs by an accepted loss is marked, so that the ledger follows legacy
 * again from here on. Returns the number of marks.
 */
async function flipBack(run: CutoverRun, trx: Trx, accounts: readonly HeldAccount[]): Promise<bigint> {
  const { database, system } = run.context;
  const { expressions, statements } = database.dialect;
  const { run_id: runId } = left('the row of the cutover', await readCutoverRow(trx, system.name));
  const ids = accounts.map(({ id }) => id);
  await sql`update ${sql.table('carryover_accounts')} set authority = 'legacy' where ${statements.idIn('id', ids)}`.execute(
    trx,
  );
  await sql`insert into ${sql.table('carryover_audit')} (system_name, action, account_id, actor, recorded_at)
    select ${system.name}, ${RETURNED_TO_LEGACY}, a.id, ${`migration:${runId}`}, ${expressions.now()}
    from ${sql.table('carryover_accounts')} as a where ${statements.idIn('a.id', ids)}`.execute(trx);
  await sql`delete from ${sql.table('carryover_switched')} where ${statements.idIn('account_id', ids)}`.execute(trx);
  const marked = await sql`insert into ${sql.table('carryover_marks')} (system_name, walk_key, owner)
    select ${system.name}, a.walk_key, a.owner from ${sql.table('carryover_accounts')} as a
    where ${statements.idIn('a.id', ids)} and a.walk_key is not null group by a.walk_key, a.owner`.execute(trx);
  return marked.numAffectedRows ?? 0n;
}
