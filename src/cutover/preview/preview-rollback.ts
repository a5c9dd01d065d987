import { sql } from 'kysely';
import { subjectOf, type CutoverContext } from '../cutover-context.ts';
import { findCutoverRow, type CutoverRow } from '../record/cutover-row.ts';
import { countLedgerAuthority } from '../rollback/rollback-cutover.ts';
import { lookAtRun, requireLive } from '../run/live-run.ts';
import type { Selection } from '../switch/cohort.ts';
import { nameOfLoss } from '../switch/return-slice.ts';
import { readLosses } from '../watch/reconcile-switched.ts';
import { countSelected } from './count-selected.ts';
import {
  factsOf,
  gate,
  gateOf,
  rowGates,
  selectionGate,
  type Preview,
  type PreviewGate,
  type RollbackSelection,
} from './preview.ts';

/** What is to be taken back, and whether what legacy cannot hold may be lost. */
export interface RollbackWish {
  readonly selection: RollbackSelection;
  readonly acceptsLosses: boolean;
}

/**
 * What a rollback would do now, and what keeps it from being done. It only reads, takes no lease, and works beside whoever is at work. Throws
 * `CUTOVER_LEGACY_MISMATCH`.
 */
export async function previewRollback(context: CutoverContext, wish: RollbackWish): Promise<Preview> {
  const row = await findCutoverRow(context.database, context.system.name);
  const { selection } = wish;
  return selection.who === 'whole'
    ? previewWhole(context, row)
    : previewAccounts(context, row, { selection, acceptsLosses: wish.acceptsLosses });
}

async function previewWhole(context: CutoverContext, row: CutoverRow | undefined): Promise<Preview> {
  if (row === undefined || row.state === 'rolled-back') {
    const reason = 'No run has made anything here.';
    return { facts: factsOf(row), gates: [gate('run', { reason, nextStep: 'Leave it as it is.' })] };
  }
  const { database, system } = context;
  const { rows } = await sql<{ owners: bigint; accounts: bigint }>`
    select count(distinct owner) as owners, count(*) as accounts from ${sql.table('carryover_accounts')}
    where system_name = ${system.name}`.execute(database.handle);
  const decided = await countLedgerAuthority(database, system.name);
  const gates = [gate('run'), ...(await rowGates(context, row)), authorityGate(decided)];
  return { facts: factsOf(row, rows[0] ?? {}), gates };
}

function authorityGate(accounts: bigint): PreviewGate {
  if (accounts === 0n) return gate('authority');
  return gate('authority', {
    reason: `${accounts} accounts are under ledger authority, and their entries exist nowhere else.`,
    nextStep: 'Take these accounts back to legacy first: a rollback of all.',
  });
}

async function previewAccounts(
  context: CutoverContext,
  row: CutoverRow | undefined,
  wish: { readonly selection: Selection; readonly acceptsLosses: boolean },
): Promise<Preview> {
  const isReady = gateOf('run', () => requireLive(context, row, { doing: 'take accounts back for', after: 'verify' }));
  if (!isReady.open || row === undefined) return { facts: factsOf(row), gates: [isReady] };
  const { selection } = wish;
  const all = await lookAtRun(context, row, (run) => readLosses(run));
  const losers = new Set(all.map(({ owner }) => owner));
  const chosen = new Set<string>();
  const selected = await countSelected(context, { authority: 'ledger', selection }, (owners) => {
    for (const owner of owners) if (losers.has(owner)) chosen.add(owner);
  });
  const losses = all
    .filter(({ owner, kind }) => chosen.has(owner) && (selection.who !== 'kind' || selection.kind === kind))
    .map(nameOfLoss);
  const gates = [
    isReady,
    ...(await rowGates(context, row)),
    selectionGate(selected.accounts, 'the ledger'),
    lossesGate(context, losses, wish.acceptsLosses),
  ];
  return { facts: factsOf(row, { ...selected, losses }), gates };
}

function lossesGate(context: CutoverContext, losses: readonly string[], accepted: boolean): PreviewGate {
  if (losses.length === 0 || accepted) return gate('losses');
  const { instance, system } = subjectOf(context);
  return gate('losses', {
    reason: `Legacy cannot hold ${losses.length} things that the ledger knows of these accounts.`,
    nextStep: `Settle them, or look again and accept the losses that are listed; "carryover rollback --list-losses --instance ${instance} --system ${system}" lists them too.`,
  });
}
