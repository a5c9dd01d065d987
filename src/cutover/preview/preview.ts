import { CarryoverError, happeningOf } from '../../base/errors.ts';
import type { CutoverContext } from '../cutover-context.ts';
import { isAlive, type CutoverRow } from '../record/cutover-row.ts';
import type { Selection } from '../switch/cohort.ts';
import type { AccountComparison } from '../verify/verification.ts';

/** What a rollback may be about: accounts, or the whole cutover back to before expand. */
export type RollbackSelection = Selection | { readonly who: 'whole' };

/** Something that must be so before a step is done. */
export interface PreviewGate {
  readonly name: 'run' | 'runner' | 'paused' | 'triggers' | 'selection' | 'equal' | 'authority' | 'losses';
  readonly open: boolean;
  /** Why it is closed, and the next step; absent where it is open. */
  readonly reason?: string;
  readonly nextStep?: string;
}

/** What a step would do to this database as it is now. All of it decides the result, so a confirmation is bound to all of it. */
export interface PreviewFacts {
  readonly owners: bigint;
  readonly accounts: bigint;
  /** What legacy cannot hold of these accounts, as a rollback accepts it. */
  readonly losses: readonly string[];
  /** The run it is done on; null where there is none. */
  readonly runId: string | null;
  readonly planHash: string | null;
  readonly stage: string | null;
  readonly state: string | null;
  readonly journalSeq: bigint;
}

/** What a person is shown before a step. */
export interface Preview {
  readonly facts: PreviewFacts;
  readonly gates: readonly PreviewGate[];
  /** Both sides of every account that legacy decides, where that was asked for. */
  readonly comparison?: AccountComparison;
}

/** How much a preview looks at. */
export interface PreviewDepth {
  /** True: also what takes long, and does not decide what would happen but whether it may. */
  readonly compares: boolean;
}

/** A gate that is closed with that reason, open without one. */
export function gate(
  name: PreviewGate['name'],
  closed?: { readonly reason: string; readonly nextStep: string },
): PreviewGate {
  return closed === undefined ? { name, open: true } : { name, open: false, ...closed };
}

/** A gate that is closed by what the look throws; errors that are not ours are thrown on. */
export function gateOf(name: PreviewGate['name'], look: () => unknown): PreviewGate {
  try {
    look();
    return gate(name);
  } catch (error) {
    if (!(error instanceof CarryoverError)) throw error;
    return gate(name, { reason: happeningOf(error), nextStep: error.hint });
  }
}

/** The gates that the cutover's row alone decides: no run is at work on it, and nobody has it stand still. A job is waited for. */
export async function rowGates(
  context: Pick<CutoverContext, 'database'>,
  row: CutoverRow,
): Promise<readonly PreviewGate[]> {
  const now = await context.database.dialect.statements.serverNow(context.database.handle);
  const runner = { reason: `"${row.holder}" is at work on it.`, nextStep: 'Wait for it to end, or end it.' };
  const why = row.pause_reason === null ? '' : ` (${row.pause_reason})`;
  const paused = { reason: `A person had it stand still${why}.`, nextStep: 'Resume it first.' };
  return [
    isAlive(row, now) && row.holder_kind === 'run' ? gate('runner', runner) : gate('runner'),
    row.paused === 1n ? gate('paused', paused) : gate('paused'),
  ];
}

/** What is known of a database on which no run was ever made. */
export function factsOf(
  row: CutoverRow | undefined,
  found: Partial<Pick<PreviewFacts, 'owners' | 'accounts' | 'losses'>> = {},
): PreviewFacts {
  return {
    owners: 0n,
    accounts: 0n,
    losses: [],
    ...found,
    runId: row?.run_id ?? null,
    planHash: row?.plan_hash ?? null,
    stage: row?.stage ?? null,
    state: row?.state ?? null,
    journalSeq: row?.journal_seq ?? 0n,
  };
}

/** Closed where a selection means nobody. */
export function selectionGate(accounts: bigint, side: string): PreviewGate {
  const nobody = { reason: `The selection means no account that ${side} decides.`, nextStep: 'Choose others.' };
  return accounts === 0n ? gate('selection', nobody) : gate('selection');
}
