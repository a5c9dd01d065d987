import { formatActor } from '../../base/actor.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { Instant } from '../../base/instant.ts';
import type { CaptureCommand, GrantLotCommand, PostCommand, TransferCommand, VoidLotCommand } from '../types.ts';
import type { NewEntry } from './kernel-types.ts';
import type { WorkingAccount } from './working-set.ts';

/** Who wrote an entry, under which key and on what grounds: the columns that do not move anything. */
export type EntryOrigin = Pick<
  NewEntry,
  'kind' | 'key' | 'contentHash' | 'reason' | 'actor' | 'details' | 'occurredAt' | 'reversesSeq'
> & { readonly source?: string };

/** The other side of an entry: a named contra, or the other leg of a transfer. */
export type EntryCounterpart =
  | { readonly contra: string }
  | { readonly counterAccountId: bigint; readonly counterSeq: bigint; readonly transferId: string };

/** Moves the balance and writes the line that says so. Nothing else in the kernel changes a balance. */
export function appendEntry(
  account: WorkingAccount,
  entry: { readonly amount: bigint; readonly origin: EntryOrigin; readonly counterpart: EntryCounterpart },
): NewEntry {
  const { amount, origin, counterpart } = entry;
  const named = 'contra' in counterpart;
  account.seq += 1n;
  account.balance += amount;
  const row: NewEntry = {
    accountId: account.id,
    seq: account.seq,
    amount,
    balanceAfter: account.balance,
    kind: origin.kind,
    contra: named ? counterpart.contra : null,
    counterAccountId: named ? null : counterpart.counterAccountId,
    transferId: named ? null : counterpart.transferId,
    key: origin.key,
    contentHash: origin.contentHash,
    source: origin.source ?? null,
    reversesSeq: origin.reversesSeq,
    reason: origin.reason,
    actor: origin.actor,
    details: origin.details,
    occurredAt: origin.occurredAt,
    recordedAt: account.work.now,
  };
  account.work.entries.push(row);
  account.usedKeys.set(row.key, row);
  account.entries.set(row.seq, {
    accountId: row.accountId,
    seq: row.seq,
    amount,
    contra: row.contra,
    counterAccountId: row.counterAccountId,
    counterSeq: named ? null : counterpart.counterSeq,
    key: row.key,
    reversesSeq: row.reversesSeq,
    reversedBySeq: null,
  });
  return row;
}

/** The origin of an entry that a command with a kind of its own makes. */
export function originOf(
  command: PostCommand | TransferCommand | CaptureCommand | GrantLotCommand | VoidLotCommand,
  contentHash: bigint,
  now: Instant,
): EntryOrigin {
  return {
    kind: command.kind,
    key: command.key,
    contentHash,
    reason: command.reason ?? null,
    actor: formatActor(command.actor),
    details: command.details === undefined ? null : canonicalJson(command.details),
    occurredAt: command.occurredAt ?? now,
    reversesSeq: null,
  };
}
