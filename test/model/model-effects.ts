import type { Command } from '../../src/ledger/types.ts';
import { balance, coinsIn, type ModelAccount, type ModelEntry, type ModelLot, type World } from './model-world.ts';

/** When a command was posted, and what its key stands for. */
export interface Posting {
  readonly at: bigint;
  readonly content: string;
}

const PLAIN: Omit<ModelLot, 'amount'> = { funding: 'paid', priority: 500_000, expiresAt: undefined };

/** Carries out a command that was judged good. */
export function applyCommand(world: World, command: Command, posting: Posting): void {
  const of = (id: bigint): ModelAccount => world.get(id) as ModelAccount;
  const claim = (account: ModelAccount, entryMade: boolean): void => {
    const seq = entryMade ? account.entries.length : undefined;
    account.keys.set(command.key, { content: posting.content, seq });
  };
  if (command.type === 'transfer') {
    const [from, to] = [of(command.fromAccountId), of(command.toAccountId)];
    const line = lineOf(command, posting);
    const legs = [from.entries.length + 1, to.entries.length + 1] as const;
    takeOut(from, Number(command.amount), { ...line, otherLeg: { accountId: to.opened.id, seq: legs[1] } });
    putIn(
      to,
      { amount: Number(command.amount), ...PLAIN },
      { ...line, otherLeg: { accountId: from.opened.id, seq: legs[0] } },
    );
    for (const account of [from, to]) claim(account, true);
    return;
  }
  const account = of(command.accountId);
  switch (command.type) {
    case 'post':
      if (command.amount < 0n) takeOut(account, -Number(command.amount), lineOf(command, posting));
      else putIn(account, { amount: Number(command.amount), ...PLAIN }, lineOf(command, posting));
      return claim(account, true);
    case 'grant-lot': {
      const { funding, priority, expiresAt } = command;
      const terms = { funding, priority: Number(priority), expiresAt: expiresAt?.epochMicros };
      putIn(account, { amount: Number(command.amount), ...terms }, lineOf(command, posting));
      return claim(account, true);
    }
    case 'void-lot':
      takeOut(account, coinsIn(account, Number(command.lotSeq)), {
        ...lineOf(command, posting),
        onlyLot: Number(command.lotSeq),
      });
      return claim(account, true);
    case 'hold':
      account.holds.set(command.key, {
        amount: Number(command.amount),
        expiresAt: command.expiresAt?.epochMicros,
        status: 'open',
        captured: 0,
      });
      return claim(account, false);
    case 'capture': {
      const hold = account.holds.get(command.holdKey);
      if (hold === undefined) throw new Error('The model judged a capture of nothing good.');
      hold.status = 'captured';
      hold.captured = Number(command.amount ?? hold.amount);
      takeOut(account, hold.captured, lineOf(command, posting));
      return claim(account, true);
    }
    case 'release': {
      const hold = account.holds.get(command.holdKey);
      if (hold !== undefined) hold.status = 'released';
      return claim(account, false);
    }
    case 'set-floor':
      account.floor = command.floor === null ? undefined : Number(command.floor);
      return claim(account, false);
    case 'freeze':
    case 'unfreeze':
    case 'close':
      account.status = ({ freeze: 'frozen', unfreeze: 'open', close: 'closed' } as const)[command.type];
      return claim(account, false);
    case 'reverse': {
      const entry = account.entries[Number(command.seq) - 1] as ModelEntry;
      const legs: [ModelAccount, number][] = [[account, Number(command.seq)]];
      if (entry.otherLeg !== undefined) legs.push([of(entry.otherLeg.accountId), entry.otherLeg.seq]);
      for (const [one, seq] of legs) undo(one, seq, posting.at);
      for (const [one] of legs) claim(one, true);
    }
  }
}

type Line = Pick<ModelEntry, 'kind' | 'at'> & { otherLeg?: ModelEntry['otherLeg']; undoes?: number; onlyLot?: number };

function lineOf(command: Extract<Command, { kind: string }>, posting: Posting): Line {
  return { kind: command.kind, at: command.occurredAt?.epochMicros ?? posting.at };
}

function write(account: ModelAccount, amount: number, line: Line & { taken: (number | null)[] }): void {
  const { kind, at, taken, undoes, otherLeg } = line;
  account.entries.push({ amount, balanceAfter: balance(account), kind, at, taken, undoes, otherLeg, undone: false });
}

/** Coins come in one by one: each replaces a missing one, and then they pile up in the lot. */
function putIn(account: ModelAccount, lot: ModelLot, line: Line): void {
  const seq = account.entries.length + 1;
  for (let coin = 0; coin < lot.amount; coin += 1) {
    if (account.missing > 0) account.missing -= 1;
    else account.coins.push(account.opened.lotted ? seq : 0);
  }
  if (account.opened.lotted) account.lots.set(seq, lot);
  write(account, lot.amount, { ...line, taken: [] });
}

/** Coins go out one by one, each time the one whose lot comes first in the order. */
function takeOut(account: ModelAccount, amount: number, line: Line): void {
  const taken: (number | null)[] = [];
  for (let coin = 0; coin < amount; coin += 1) {
    const lots = [...new Set(account.coins)].filter((seq) => line.onlyLot === undefined || line.onlyLot === seq);
    const lot = lots.toSorted((a, b) => compareRanks(rank(account, a), rank(account, b)))[0];
    taken.push(lot ?? null);
    if (lot === undefined) account.missing += 1;
    else account.coins.splice(account.coins.indexOf(lot), 1);
  }
  write(account, -amount, { ...line, taken });
}

/** Priority, soonest expiry, granted before paid, oldest. */
function rank(account: ModelAccount, seq: number): number[] {
  const lot = account.lots.get(seq);
  const expiry = lot?.expiresAt === undefined ? Infinity : Number(lot.expiresAt);
  return [lot?.priority ?? 0, expiry, lot?.funding === 'paid' ? 1 : 0, seq];
}

function compareRanks(a: number[], b: number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] as number) < (b[at] as number) ? -1 : 1;
}

/** Taking a credit back takes the coins of its own lot; giving a debit back fills the lots it took from, last taken first. */
function undo(account: ModelAccount, seq: number, at: bigint): void {
  const entry = account.entries[seq - 1] as ModelEntry;
  const line: Line = { kind: 'reversal', at, undoes: seq, otherLeg: entry.otherLeg };
  entry.undone = true;
  if (entry.amount > 0) {
    takeOut(account, entry.amount, account.opened.lotted ? { ...line, onlyLot: seq } : line);
    return;
  }
  const replaced = Math.min(account.missing, -entry.amount);
  account.missing -= replaced;
  const homes = entry.taken.filter((lot) => lot !== null).toReversed();
  const back = Array.from(
    { length: -entry.amount - replaced },
    (_, index) => homes[index] ?? account.entries.length + 1,
  );
  account.coins.push(...(account.opened.lotted ? back : back.map(() => 0)));
  const homeless = back.filter((lot) => lot > account.entries.length).length;
  if (account.opened.lotted && homeless > 0)
    account.lots.set(account.entries.length + 1, { amount: homeless, ...PLAIN });
  write(account, -entry.amount, { ...line, taken: [] });
}
