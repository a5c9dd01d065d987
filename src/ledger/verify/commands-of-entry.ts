import type { Instant } from '../../base/instant.ts';
import type { Command, Funding } from '../types.ts';
import { storedJson } from './pages.ts';

/** What is stored of an entry that a command made, as far as it is part of the command's content. */
export interface CommandedEntry {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly contra: string | null;
  readonly counter_account_id: bigint | null;
  readonly idempotency_key: string;
  readonly kind: string;
  readonly details: unknown;
  readonly content_hash: bigint;
  readonly reverses_seq: bigint | null;
  readonly occurred_at: Instant;
  readonly recorded_at: Instant;
  /** The terms of the lot it brought; null where it brought none. */
  readonly funding: Funding | null;
  readonly priority: bigint | null;
  readonly expires_at: Instant | null;
}

/** What else tells which command it was: a hold it captured, lots it drew, the other leg of the transfer it undoes. */
export interface EntryTraces {
  readonly holds: readonly { readonly key: string; readonly amount: bigint }[];
  readonly lotSeqs: readonly bigint[];
  readonly counterReversesSeq: bigint | null;
}

/** The terms of a lot about whose terms its command said nothing. */
const PRIORITY_UNSTATED = 500_000n;

type EntryContent = Pick<Extract<Command, { type: 'post' }>, 'key' | 'actor' | 'kind' | 'occurredAt' | 'details'>;

/**
 * Every command that may have made an entry, by what is stored. There are several, because what a command left out (when it happened, how
 * much to capture) is stored as what it became. Without `traces` only those that the entry itself and its lot tell.
 */
export function commandsOfEntry(entry: CommandedEntry, traces?: EntryTraces): Command[] {
  if (entry.reverses_seq !== null) return reversals(entry, entry.reverses_seq, traces);
  return contentsOf(entry).flatMap((content): Command[] => {
    if (entry.counter_account_id !== null) return hasUnstatedTerms(entry) ? [transfer(entry, content)] : [];
    if (entry.contra === null) return [];
    const at = { ...content, accountId: entry.account_id, contra: entry.contra };
    return [
      ...(hasUnstatedTerms(entry) ? [{ ...at, type: 'post' as const, amount: entry.amount }] : []),
      ...grants(entry, at),
      ...(traces?.holds ?? []).flatMap((hold) => captures(entry, at, hold)),
      ...(traces?.lotSeqs ?? []).map((lotSeq) => ({ ...at, type: 'void-lot' as const, lotSeq })),
    ];
  });
}

type ContentAt = EntryContent & { readonly accountId: bigint; readonly contra: string };

function reversals(entry: CommandedEntry, seq: bigint, traces: EntryTraces | undefined): Command[] {
  const base = { type: 'reverse', key: entry.idempotency_key, actor: { kind: 'system', id: 'verify' } } as const;
  const own = { ...base, accountId: entry.account_id, seq };
  const [counterAccountId, counterSeq] = [entry.counter_account_id, traces?.counterReversesSeq ?? null];
  return counterAccountId === null || counterSeq === null
    ? [own]
    : [own, { ...base, accountId: counterAccountId, seq: counterSeq }];
}

/** With the time it happened and, where that is the time it was recorded, also without. */
function contentsOf(entry: CommandedEntry): EntryContent[] {
  const details = storedJson(entry.details);
  const base = {
    key: entry.idempotency_key,
    actor: { kind: 'system', id: 'verify' },
    kind: entry.kind,
    ...(details === null || details === undefined ? {} : { details: details as NonNullable<EntryContent['details']> }),
  } as const;
  const told = { ...base, occurredAt: entry.occurred_at };
  return entry.occurred_at.compare(entry.recorded_at) === 0 ? [base, told] : [told];
}

function transfer(entry: CommandedEntry, content: EntryContent): Command {
  const other = entry.counter_account_id as bigint;
  const [fromAccountId, toAccountId] = entry.amount < 0n ? [entry.account_id, other] : [other, entry.account_id];
  const amount = entry.amount < 0n ? -entry.amount : entry.amount;
  return { ...content, type: 'transfer', fromAccountId, toAccountId, amount };
}

function grants(entry: CommandedEntry, at: ContentAt): Command[] {
  const { funding, priority, expires_at: expiresAt, amount } = entry;
  if (funding === null || priority === null) return [];
  const expiry = expiresAt === null ? {} : { expiresAt };
  return [{ ...at, type: 'grant-lot', amount, funding, priority, ...expiry }];
}

function captures(entry: CommandedEntry, at: ContentAt, hold: EntryTraces['holds'][number]): Command[] {
  const capture = { ...at, type: 'capture', holdKey: hold.key } as const;
  const named = { ...capture, amount: -entry.amount };
  return hold.amount === -entry.amount ? [capture, named] : [named];
}

/** A lot on other terms than the unstated ones can only have been granted. */
function hasUnstatedTerms({ funding, priority, expires_at: expiresAt }: CommandedEntry): boolean {
  return funding === null || (funding === 'paid' && priority === PRIORITY_UNSTATED && expiresAt === null);
}
