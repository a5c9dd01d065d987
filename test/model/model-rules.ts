import type { Command, RefusalCode } from '../../src/ledger/types.ts';
import {
  accountsNamed,
  available,
  balance,
  coinsIn,
  contentOf,
  held,
  type ModelAccount,
  type ModelEntry,
  type World,
} from './model-world.ts';

/** The facts that rules ask about. `accounts` are those the command concerns, as far as they exist. */
interface Question {
  readonly command: Command;
  readonly world: World;
  readonly now: bigint;
  readonly accounts: readonly ModelAccount[];
}

type Rule = readonly [verdict: RefusalCode | 'replayed', applies: (question: Question) => boolean];

/** What becomes of a command: the first line of the table that applies, or else it is posted. */
export function judge(world: World, command: Command, now: bigint): RefusalCode | 'posted' | 'replayed' {
  const named = accountsNamed(command).flatMap((id) => world.get(id) ?? []);
  const entry = entryNamed({ command, accounts: named });
  // A reversal is never undone, so nothing is asked of its other side.
  const otherLeg = entry?.undoes === undefined ? entry?.otherLeg : undefined;
  const other = otherLeg === undefined ? undefined : world.get(otherLeg.accountId);
  const accounts = other === undefined ? named : [...named, other];
  return TABLE.find(([, applies]) => applies({ command, world, now, accounts }))?.[0] ?? 'posted';
}

const MOVES_VALUE: ReadonlySet<Command['type']> = new Set([
  'post',
  'transfer',
  'hold',
  'capture',
  'reverse',
  'grant-lot',
  'void-lot',
]);

/** In the order of RefusalCode. Predicates rely on the ones above them having failed. Overflow is beyond the model's coins. */
const TABLE: readonly Rule[] = [
  ['LEDGER_COMMAND_INVALID', ({ command }) => isInvalid(command)],
  ['LEDGER_ACCOUNT_UNKNOWN', ({ command, world }) => accountsNamed(command).some((id) => !world.has(id))],
  [
    'replayed',
    ({ accounts, command }) => accounts.every((one) => one.keys.get(command.key)?.content === contentOf(command)),
  ],
  ['LEDGER_KEY_REUSED', ({ accounts, command }) => accounts.some((one) => one.keys.has(command.key))],
  ['LEDGER_AUTHORITY_LEGACY', ({ accounts }) => accounts.some((one) => one.opened.authority === 'legacy')],
  ['LEDGER_ACCOUNT_CLOSED', ({ accounts }) => accounts.some((one) => one.status === 'closed')],
  [
    'LEDGER_ACCOUNT_FROZEN',
    ({ accounts, command }) => MOVES_VALUE.has(command.type) && accounts.some((one) => one.status === 'frozen'),
  ],
  [
    'LEDGER_UNIT_MISMATCH',
    ({ accounts, command }) => command.type === 'transfer' && new Set(accounts.map((one) => one.opened.unit)).size > 1,
  ],
  [
    'LEDGER_ACCOUNT_NOT_LOTTED',
    ({ accounts, command }) => command.type.endsWith('-lot') && !accounts[0]?.opened.lotted,
  ],
  [
    'LEDGER_OCCURRED_IN_FUTURE',
    ({ command, now }) => 'occurredAt' in command && (command.occurredAt?.epochMicros ?? now) > now,
  ],
  [
    'LEDGER_EXPIRY_PASSED',
    ({ command, now }) => 'expiresAt' in command && (command.expiresAt?.epochMicros ?? now + 1n) <= now,
  ],
  ['LEDGER_HOLD_UNKNOWN', (question) => namesHold(question) && holdStatus(question) === undefined],
  ['LEDGER_HOLD_CAPTURED', (question) => holdStatus(question) === 'captured'],
  ['LEDGER_HOLD_RELEASED', (question) => holdStatus(question) === 'released'],
  ['LEDGER_HOLD_EXPIRED', (question) => holdStatus(question) === 'expired'],
  [
    'LEDGER_CAPTURE_EXCEEDS_HOLD',
    ({ accounts, command }) =>
      command.type === 'capture' &&
      Number(command.amount ?? 1n) > (accounts[0]?.holds.get(command.holdKey)?.amount ?? 0),
  ],
  ['LEDGER_ENTRY_UNKNOWN', (question) => question.command.type === 'reverse' && entryNamed(question) === undefined],
  ['LEDGER_ENTRY_REVERSED', (question) => entryNamed(question)?.undone === true],
  [
    'LEDGER_ENTRY_NOT_REVERSIBLE',
    (question) => entryNamed(question)?.undoes !== undefined || entryNamed(question)?.kind === 'expiry',
  ],
  [
    'LEDGER_LOT_UNKNOWN',
    ({ accounts, command }) => command.type === 'void-lot' && !accounts[0]?.lots.has(Number(command.lotSeq)),
  ],
  [
    'LEDGER_LOT_EMPTY',
    ({ accounts: [account], command }) =>
      command.type === 'void-lot' && account !== undefined && coinsIn(account, Number(command.lotSeq)) === 0,
  ],
  [
    'LEDGER_LOT_SPENT',
    (question) =>
      legsUndone(question).some(([account, seq]) => coinsIn(account, seq) < (account.lots.get(seq)?.amount ?? 0)),
  ],
  [
    'LEDGER_ACCOUNT_NOT_EMPTY',
    ({ accounts: [account], command }) =>
      command.type === 'close' && account !== undefined && (balance(account) !== 0 || held(account) !== 0),
  ],
  [
    'LEDGER_FLOOR_BREACHED',
    (question) =>
      takings(question).some(
        ([account, amount]) => account.floor !== undefined && available(account) - amount < account.floor,
      ),
  ],
];

/** How much a command takes from what is available on which account. */
function takings(question: Question): [ModelAccount, number][] {
  const { command, accounts } = question;
  const account = accounts[0] as ModelAccount;
  if (command.type === 'post') return command.amount < 0n ? [[account, -Number(command.amount)]] : [];
  if (command.type === 'transfer' || command.type === 'hold') return [[account, Number(command.amount)]];
  if (command.type === 'void-lot') return [[account, coinsIn(account, Number(command.lotSeq))]];
  return legsUndone(question).map(([one, seq]): [ModelAccount, number] => [one, one.entries[seq - 1]?.amount ?? 0]);
}

/** The credits that a reversal takes back. */
function legsUndone(question: Question): [ModelAccount, number][] {
  const entry = entryNamed(question);
  if (question.command.type !== 'reverse' || entry === undefined) return [];
  const [account, other] = question.accounts as [ModelAccount, ModelAccount | undefined];
  const legs: [ModelAccount, number][] = [[account, Number(question.command.seq)]];
  if (other !== undefined && entry.otherLeg !== undefined) legs.push([other, entry.otherLeg.seq]);
  return legs.filter(([one, seq]) => (one.entries[seq - 1]?.amount ?? 0) > 0);
}

function entryNamed({ command, accounts }: Pick<Question, 'command' | 'accounts'>): ModelEntry | undefined {
  return command.type === 'reverse' ? accounts[0]?.entries[Number(command.seq) - 1] : undefined;
}

function namesHold({ command }: Question): boolean {
  return command.type === 'capture' || command.type === 'release';
}

function holdStatus({ command, accounts }: Question): string | undefined {
  return 'holdKey' in command ? accounts[0]?.holds.get(command.holdKey)?.status : undefined;
}

/** The flaws that the generator of random commands makes. */
function isInvalid(command: Command): boolean {
  const amounts = 'amount' in command ? [command.amount] : [];
  if (amounts.some((amount) => amount === 0n || (command.type !== 'post' && amount !== undefined && amount < 0n)))
    return true;
  const keys = 'holdKey' in command ? [command.key, command.holdKey] : [command.key];
  if (keys.some((key) => key.length === 0 || key.startsWith('expiry:'))) return true;
  if ('kind' in command && !/^[a-z][a-z0-9_-]{0,31}$/.test(command.kind)) return true;
  if (command.type === 'grant-lot' && (command.priority < 0n || command.priority > 1_000_000n)) return true;
  return command.type === 'transfer' && command.fromAccountId === command.toAccountId;
}
