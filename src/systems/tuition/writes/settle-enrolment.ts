import type { Instant } from '../../../base/instant.ts';
import type { Command, GrantLotCommand, Outcome, PostCommand, ReverseCommand } from '../../../ledger/types.ts';
import { effectiveFee, floorAfter } from '../fees-and-standing.ts';
import { deriveBlock, type BlockCode } from '../gate/decide-gate.ts';
import type { AccountFacts, EnrolmentFacts } from '../queries/load-enrolments.ts';
import type { EnrolmentsTable } from '../tables.ts';
import { appendAudit, enrolmentSubject } from './append-audit.ts';
import { reloadEnrolment, updateEnrolment } from './lock-enrolments.ts';
import type { OperationCall } from './operation-call.ts';

type WithoutKey<C> = C extends Command ? Omit<C, 'key' | 'actor'> : never;
type WithoutOrigin<C> = C extends Command ? Omit<C, 'key' | 'actor' | 'reason' | 'occurredAt'> : never;

/** An entry to make on one of the enrolment's accounts; key, actor, reason and date are the call's. */
export type EntryDraft = WithoutOrigin<PostCommand | ReverseCommand | GrantLotCommand>;

/** What an operation does to one enrolment. */
export interface EnrolmentChange {
  readonly entries?: readonly EntryDraft[];
  readonly row?: Partial<Pick<EnrolmentsTable, 'standing' | 'financial_status' | 'custom_fee' | 'active'>>;
  /** A floor set by hand, kept from then on. */
  readonly floor?: bigint;
  /** Why a debit may pass the floor: it is lowered for this one call and put back, both audited. Absent: it may not. */
  readonly passFloorFor?: string;
  /** The door has just refused for money. */
  readonly refused?: boolean;
  /** Closes the accounts for good; their balances must be zero. */
  readonly close?: boolean;
  readonly reason?: string | undefined;
  /** When the entries happened, where that is not the moment of the call. */
  readonly occurredAt?: Instant | undefined;
}

/** The enrolment after a change, and what the ledger answered to its entries. */
export interface SettledEnrolment {
  readonly enrolment: EnrolmentFacts;
  readonly entries: readonly Outcome[];
}

/**
 * The one way in which anything about a pupil's balance changes (T-31): entries, floor, standing and terms go together, the ledger
 * checks them, and the block is derived anew (T-15, T-18). The enrolment must have come from `lockEnrolment` in this call.
 * Throws the ledger's refusals; nothing was written then.
 */
export async function settleEnrolment(
  call: OperationCall,
  before: EnrolmentFacts,
  change: EnrolmentChange,
): Promise<SettledEnrolment> {
  const row = { standing: before.standing, ...change.row };
  const commands = commandsOf(call, before, change);
  const outcomes = await call.ledger.executeOrThrow(commands.map(({ command }) => command));
  await updateEnrolment(call, before, row);
  const after = await reloadEnrolment(call, before);
  const block = deriveBlock({
    available: after.sessions.available,
    floor: after.floor,
    makeUp: after.makeUp?.available ?? 0n,
    standing: after.standing,
    paid: after.paid,
    active: after.isActive,
    block: before.block,
    refused: change.refused === true,
  });
  const entries = outcomes.filter((_outcome, index) => commands[index]?.isEntry === true);
  if (block === before.block) return { enrolment: after, entries };
  await changeBlock(call, { before, after, block, reason: change.reason });
  return { enrolment: { ...after, block, blockedAt: block === null ? null : call.now }, entries };
}

interface BlockChange {
  readonly before: EnrolmentFacts;
  readonly after: EnrolmentFacts;
  readonly block: BlockCode | null;
  readonly reason: string | undefined;
}

async function changeBlock(call: OperationCall, { before, after, block, reason }: BlockChange): Promise<void> {
  await updateEnrolment(call, before, { block_code: block, blocked_at: block === null ? null : call.now });
  const { balance } = after.sessions;
  await appendAudit(call, [
    {
      action: block === null ? 'block_removed' : 'block_applied',
      subject: enrolmentSubject(before),
      accountId: before.sessions.id,
      before: { block: before.block },
      after: { block, debt: -balance, floor: after.floor },
      reason,
    },
  ]);
}

interface PlannedCommand {
  readonly command: Command;
  readonly isEntry: boolean;
}

/**
 * The batch: open what is frozen because the pupil left, set the floor that this needs, make the entries, put the floor where it
 * belongs, freeze again. All or nothing, so a floor that was lowered for a moment is never seen lowered.
 */
function commandsOf(call: OperationCall, before: EnrolmentFacts, change: EnrolmentChange): readonly PlannedCommand[] {
  const entries = change.entries ?? [];
  const wasLeft = !before.isActive;
  const isLeft = change.row?.active === undefined ? wasLeft : change.row.active === 0n;
  const reason = change.reason;
  const plan = (command: WithoutKey<Command>, isEntry = false): PlannedCommand => ({
    command: { ...command, key: call.nextCommandKey(), actor: call.context.actor },
    isEntry,
  });
  const all = [before.sessions, before.money, ...(before.makeUp === undefined ? [] : [before.makeUp])];
  const isNeeded = (account: AccountFacts): boolean =>
    !isLeft || entries.some(({ accountId }) => accountId === account.id);
  // An account that somebody froze by hand while the pupil is active stays frozen, and the ledger refuses the entry.
  const opened = all.filter((account) => wasLeft && account.status === 'frozen' && isNeeded(account));
  const frozen = isLeft ? all.filter((account) => account.status === 'open' || opened.includes(account)) : [];
  const { during, after } = floorsOf(call, before, change);
  const setFloor = (floor: bigint | null): PlannedCommand =>
    plan({ type: 'set-floor', accountId: before.sessions.id, floor, ...reasonOf(change.passFloorFor ?? reason) });
  return [
    ...opened.map((account) => plan({ type: 'unfreeze', accountId: account.id, ...reasonOf(reason) })),
    ...(during === before.sessions.floor ? [] : [setFloor(during)]),
    ...entries.map((entry) => plan({ ...entry, ...reasonOf(reason), ...datedOf(call, entry, change) }, true)),
    ...(after === during ? [] : [setFloor(after)]),
    ...(change.close === true
      ? all.map((account) => plan({ type: 'close', accountId: account.id, ...reasonOf(reason) }))
      : frozen.map((account) => plan({ type: 'freeze', accountId: account.id, ...reasonOf(reason) }))),
  ];
}

function reasonOf(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** A reversal is dated by the ledger itself. */
function datedOf(call: OperationCall, entry: EntryDraft, { occurredAt }: EnrolmentChange): OperationCall['occurredAt'] {
  if (entry.type === 'reverse') return {};
  return occurredAt === undefined ? call.occurredAt : { occurredAt };
}

/** The floor while the entries are made, and the one that stays. */
function floorsOf(
  call: OperationCall,
  before: EnrolmentFacts,
  change: EnrolmentChange,
): { readonly during: bigint | null; readonly after: bigint | null } {
  const after = change.floor ?? settledFloor(call, before, change);
  if (after === null || change.passFloorFor === undefined) return { during: after, after };
  const lowest = lowestAvailable(before, change.entries ?? []);
  return { during: lowest < after ? lowest : after, after };
}

function settledFloor(call: OperationCall, before: EnrolmentFacts, change: EnrolmentChange): bigint | null {
  const terms = { ...before.row, ...change.row };
  return floorAfter(
    {
      floor: before.sessions.floor,
      standingBefore: before.row.standing,
      standing: change.row?.standing ?? before.standing,
      isFree: effectiveFee(terms, before.standardFee) === 0n,
    },
    call.context.policy,
  );
}

function lowestAvailable({ sessions }: EnrolmentFacts, entries: readonly EntryDraft[]): bigint {
  let available = sessions.available;
  let lowest = available;
  for (const entry of entries) {
    if (entry.type !== 'post' || entry.accountId !== sessions.id) continue;
    available += entry.amount;
    if (available < lowest) lowest = available;
  }
  return lowest;
}
