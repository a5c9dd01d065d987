import type { Instant } from '../../base/instant.ts';
import { contentHash } from '../kernel/content-hash.ts';
import { readDetails } from '../reads/read-statement.ts';
import type { Command, LotState } from '../types.ts';
import type { ToldEntry } from './content-rules.ts';

/** Who acts and why is not part of a command's content. */
const actor = { kind: 'system', id: 'verify' } as const;

/** What an entry hangs together with, where that takes part in the command that made it. */
export interface EntryContext {
  /** The key of the hold that it captured. */
  readonly holdKey: string | undefined;
  /** The amount of that hold. */
  readonly holdAmount: bigint | undefined;
  /** The lot that it made. */
  readonly lot: LotState | undefined;
  /** The lots that it drew. */
  readonly lotSeqsDrawn: readonly bigint[];
  /** What the other leg of its transfer undoes. */
  readonly counterReversesSeq: bigint | undefined;
}

/** True when one of the commands has that hash. */
export function isMadeBy(hash: bigint | null, commands: Iterable<Command>): boolean {
  for (const command of commands) if (contentHash(command) === hash) return true;
  return false;
}

/** The commands that may have made an entry, as far as its own columns tell: posts and transfers. */
export function* plainCommands(entry: ToldEntry): Generator<Command> {
  if (entry.reverses_seq !== null) return;
  const base = { key: entry.idempotency_key, actor, kind: entry.kind, ...detailsOf(entry) };
  for (const when of timesOf(entry)) {
    if (entry.counter_account_id !== null) {
      const out = entry.amount < 0n;
      yield {
        type: 'transfer',
        ...base,
        ...when,
        fromAccountId: out ? entry.account_id : entry.counter_account_id,
        toAccountId: out ? entry.counter_account_id : entry.account_id,
        amount: out ? -entry.amount : entry.amount,
      };
    } else {
      const { account_id: accountId, amount, contra } = entry;
      yield { type: 'post', ...base, ...when, accountId, amount, contra: contra ?? '' };
    }
  }
}

/** The other commands that may have made an entry: captures, grants, voids and reversals. */
export function* entryCommands(entry: ToldEntry, context: EntryContext): Generator<Command> {
  const { account_id: accountId, idempotency_key: key, reverses_seq: reversesSeq, amount } = entry;
  if (reversesSeq !== null) {
    yield { type: 'reverse', key, actor, accountId, seq: reversesSeq };
    const { counter_account_id: counter } = entry;
    const { counterReversesSeq: counterSeq } = context;
    if (counter !== null && counterSeq !== undefined) {
      yield { type: 'reverse', key, actor, accountId: counter, seq: counterSeq };
    }
    return;
  }
  const base = { key, actor, accountId, kind: entry.kind, contra: entry.contra ?? '', ...detailsOf(entry) };
  for (const when of timesOf(entry)) {
    const { lot, holdKey } = context;
    if (holdKey !== undefined) {
      yield { type: 'capture', ...base, ...when, holdKey, amount: -amount };
      if (context.holdAmount === -amount) yield { type: 'capture', ...base, ...when, holdKey };
    }
    if (lot !== undefined) {
      const { funding, priority, expiresAt } = lot;
      const terms = { funding, priority, ...(expiresAt === null ? {} : { expiresAt }) };
      yield { type: 'grant-lot', ...base, ...when, amount, ...terms };
    }
    for (const lotSeq of context.lotSeqsDrawn) yield { type: 'void-lot', ...base, ...when, lotSeq };
  }
}

/** An instant that was not given is that of the recording; one that was given may be the same by chance. */
function timesOf({ occurred_at: occurredAt, recorded_at: recordedAt }: ToldEntry): readonly { occurredAt?: Instant }[] {
  return occurredAt.compare(recordedAt) === 0 ? [{}, { occurredAt }] : [{ occurredAt }];
}

type Details = Readonly<Record<string, string | number | boolean | null>>;

function detailsOf({ details }: ToldEntry): { details?: Details } {
  return details === null ? {} : { details: readDetails(details) as Details };
}

/** The command that made a hold. */
export function holdCommand(hold: {
  readonly accountId: bigint;
  readonly key: string;
  readonly amount: bigint;
  readonly expiresAt: Instant | null;
}): Command {
  const { accountId, key, amount, expiresAt } = hold;
  return { type: 'hold', actor, accountId, key, amount, ...(expiresAt === null ? {} : { expiresAt }) };
}

/** The command that released a hold. */
export function releaseCommand(release: {
  readonly accountId: bigint;
  readonly key: string;
  readonly holdKey: string;
}): Command {
  return { type: 'release', actor, ...release };
}

/** The command behind an audited change; undefined for an action that is none of the ledger's, or a state it cannot leave. */
export function auditCommand(
  action: string,
  row: { readonly account_id: bigint | null; readonly idempotency_key: string | null },
  state: Readonly<Record<string, unknown>> | null,
): Command | undefined {
  const { account_id: accountId, idempotency_key: key } = row;
  if (accountId === null || key === null) return undefined;
  const base = { actor, accountId, key };
  if (action === 'set-floor') {
    const floor = state?.['floor'];
    if (floor === null) return { type: 'set-floor', ...base, floor };
    return typeof floor === 'string' && /^-?\d+$/.test(floor)
      ? { type: 'set-floor', ...base, floor: BigInt(floor) }
      : undefined;
  }
  const status = STATUS_AFTER[action];
  if (status === undefined || state?.['status'] !== status) return undefined;
  return { type: action as 'freeze' | 'unfreeze' | 'close', ...base };
}

const STATUS_AFTER: Readonly<Record<string, string>> = { freeze: 'frozen', unfreeze: 'open', close: 'closed' };
