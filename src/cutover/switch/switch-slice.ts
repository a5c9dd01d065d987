import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import type { Trx } from '../../sql/engine.ts';
import type { CopyColumns } from '../backfill/run-copies.ts';
import { followMarks } from '../capture/drain-marks.ts';
import type { Mark } from '../capture/named-facts.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverSwitchHalted } from '../cutover-errors.ts';
import { appendJournal } from '../record/journal.ts';
import { checkLease } from '../record/lease.ts';
import { writesAlready } from '../run/staged-write.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { compareHeld, holdAccounts, type HeldAccount } from './compare-owners.ts';

/** Owners that are switched together in one transaction. */
export interface Slice {
  readonly owners: readonly string[];
  readonly cohort: string;
  /** Absent: the accounts of every kind. */
  readonly kind?: string;
  readonly copyColumns: CopyColumns;
}

/**
 * Switches the accounts of some owners in the caller's transaction: locks them, so that every legacy writer who asked before has ended and
 * every other waits; follows what those left; compares both sides; and gives the authority to the ledger. Owners that are switched already
 * are passed over, so it may be done again. Returns how many accounts it switched. Throws `CUTOVER_SWITCH_HALTED` where one differs, and then
 * switches none of the slice.
 */
export async function switchSlice(run: CutoverRun, trx: Trx, slice: Slice): Promise<bigint> {
  const { database, system } = run.context;
  const lease = left('the lease', run.lease);
  await checkLease(database, trx, lease);
  const wanted = {
    owners: slice.owners,
    authority: 'legacy',
    ...(slice.kind === undefined ? {} : { kind: slice.kind }),
  } as const;
  const before = await holdAccounts(run, trx, wanted);
  if (before.length === 0) return 0n;
  const marks = await marksOf(run, trx, slice.owners);
  await followMarks(run, trx, { marks, copyColumns: slice.copyColumns, beginWriting: writesAlready });
  // An owner whose account vanished meanwhile was closed by that, and what the marks moved is in the balances read now.
  const accounts = await holdAccounts(run, trx, wanted);
  const differing = await compareHeld(run, trx, accounts);
  if (differing.length > 0) {
    throw new CarryoverError(cutoverSwitchHalted, {
      ...subjectOf(run.context),
      reason: `${differing.length} accounts differ`,
      accounts: differing.slice(0, 5).map(({ kind, owner }) => `${kind} ${owner}`),
      switched: (await countSwitched(run, trx, slice.cohort)).toString(),
    });
  }
  await flip(run, trx, { accounts, cohort: slice.cohort });
  crashPoint('switch:slice:flipped');
  await appendJournal(
    database,
    { trx, lease },
    {
      stage: 'switch',
      step: `switch ${slice.cohort}`,
      phase: 'result',
      rows: BigInt(accounts.length),
      details: { owners: slice.owners.length, system: system.name },
    },
  );
  return BigInt(accounts.length);
}

/** How many accounts of a cohort are under ledger authority. */
export async function countSwitched(run: CutoverRun, trx: Trx, cohort: string): Promise<bigint> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_switched')}
    where system_name = ${run.context.system.name} and cohort = ${cohort}`.execute(trx);
  return rows[0]?.n ?? 0n;
}

async function marksOf(run: CutoverRun, trx: Trx, owners: readonly string[]): Promise<readonly Mark[]> {
  const { database, system } = run.context;
  const wanted = database.dialect.statements.rows('r', {
    columns: { owner: 'text' },
    rows: owners.map((owner) => [owner]),
  });
  const { rows } = await sql<Mark>`select m.id as id, m.walk_key as walk_key, m.owner as owner, m.source as source
    from ${sql.table('carryover_marks')} as m join ${wanted} on r.owner = m.owner
    where m.system_name = ${system.name}`.execute(trx);
  return rows;
}

async function flip(
  run: CutoverRun,
  trx: Trx,
  given: { readonly accounts: readonly HeldAccount[]; readonly cohort: string },
): Promise<void> {
  const { database, system } = run.context;
  const { statements, expressions } = database.dialect;
  const ids = given.accounts.map(({ id }) => id);
  if (ids.length === 0) return;
  await sql`update ${sql.table('carryover_accounts')} set authority = 'ledger' where ${statements.idIn('id', ids)}`.execute(
    trx,
  );
  await sql`insert into ${sql.table('carryover_switched')} (account_id, system_name, cohort, seq_at_switch, mirrored_seq, switched_at)
    select a.id, ${system.name}, ${given.cohort}, a.seq, a.seq, ${expressions.now()}
    from ${sql.table('carryover_accounts')} as a where ${statements.idIn('a.id', ids)}`.execute(trx);
}
