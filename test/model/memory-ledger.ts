import type { Instant } from '../../src/base/instant.ts';
import { isInt64 } from '../../src/base/int64.ts';
import { decide } from '../../src/ledger/kernel/decide.ts';
import type {
  AccountKey,
  AccountSeq,
  EntryState,
  LedgerChanges,
  LedgerSnapshot,
  LotDraw,
  NewAudit,
  NewEntry,
  NewHold,
  SnapshotNeeds,
  UsedKey,
} from '../../src/ledger/kernel/kernel-types.ts';
import { missingAccountIds, needs } from '../../src/ledger/kernel/needs.ts';
import type { AccountState, Command, LotState, Outcome } from '../../src/ledger/types.ts';

/**
 * The ledger's tables in memory, with the constraints of the schema and nothing more. It loads what `needs` asks for and
 * not a row besides, so that a need that was forgotten shows as a wrong decision.
 */
export class MemoryLedger {
  readonly accounts: Map<bigint, AccountState>;
  readonly entries: Map<string, NewEntry> = new Map();
  readonly holds: Map<string, NewHold> = new Map();
  readonly lots: Map<string, LotState> = new Map();
  readonly draws: Map<string, LotDraw> = new Map();
  readonly audit: Map<string, NewAudit> = new Map();

  constructor(accounts: readonly AccountState[]) {
    this.accounts = new Map(accounts.map((account) => [account.id, account]));
  }

  /** Decides a batch on what is stored and stores what it changes. */
  execute(commands: readonly Command[], now: Instant): readonly Outcome[] {
    const { outcomes, changes } = decide(this.load(commands), commands, now);
    this.write(changes);
    return outcomes;
  }

  /** As a store does it: entries to reverse first, then everything they make necessary. */
  load(commands: readonly Command[]): LedgerSnapshot {
    const first = needs(commands);
    const wanted = needs(commands, this.#entryStates(first.entriesToReverse));
    const snapshot = this.#select(wanted);
    if (missingAccountIds(commands, snapshot).length > 0) throw new Error('The second needs left an account out.');
    return snapshot;
  }

  entriesOf(accountId: bigint): NewEntry[] {
    return [...this.entries.values()].filter((entry) => entry.accountId === accountId);
  }

  lotsOf(accountId: bigint): LotState[] {
    return [...this.lots.values()].filter((lot) => lot.accountId === accountId);
  }

  holdsOf(accountId: bigint): NewHold[] {
    return [...this.holds.values()].filter((hold) => hold.accountId === accountId);
  }

  #select(wanted: SnapshotNeeds): LedgerSnapshot {
    const accounts = wanted.accountIds.flatMap((id) => this.accounts.get(id) ?? []);
    const held = new Set(accounts.filter((account) => account.held > 0n).map((account) => account.id));
    const lotted = new Set(accounts.filter((account) => account.lotted).map((account) => account.id));
    const draws = [...this.draws.values()].filter((draw) =>
      wanted.entriesToReverse.some(({ accountId, seq }) => draw.accountId === accountId && draw.entrySeq === seq),
    );
    const lotKeys = new Set([
      ...[...wanted.lotSeqs, ...wanted.entriesToReverse].map(seqKey),
      ...draws.map((draw) => seqKey({ accountId: draw.accountId, seq: draw.lotSeq })),
    ]);
    const holdKeys = new Set(wanted.holdKeys.map(textKey));
    return {
      accounts,
      draws,
      holds: [...this.holds.values()]
        .filter((hold) => holdKeys.has(textKey(hold)) || (held.has(hold.accountId) && hold.status === 'open'))
        .map(({ reason: _r, actor: _a, createdAt: _c, resolvedAt: _at, ...state }) => state),
      lots: [...this.lots.values()].filter(
        (lot) => lotKeys.has(seqKey(lot)) || (lotted.has(lot.accountId) && lot.remaining > 0n),
      ),
      entries: this.#entryStates(wanted.entriesToReverse),
      usedKeys: wanted.keys.flatMap((key) => this.#usedKeys(key)),
    };
  }

  #entryStates(wanted: readonly AccountSeq[]): EntryState[] {
    return wanted.flatMap((seq) => {
      const entry = this.entries.get(seqKey(seq));
      if (entry === undefined) return [];
      const { accountId, amount, contra, counterAccountId, key, reversesSeq } = entry;
      const counterLeg = [...this.entries.values()].find(
        (one) => one.accountId === counterAccountId && one.key === key,
      );
      const reversal = this.entriesOf(accountId).find((one) => one.reversesSeq === entry.seq);
      return {
        accountId,
        seq: entry.seq,
        amount,
        contra,
        counterAccountId,
        counterSeq: counterLeg?.seq ?? null,
        key,
        reversesSeq,
        reversedBySeq: reversal?.seq ?? null,
      };
    });
  }

  #usedKeys({ accountId, key }: AccountKey): UsedKey[] {
    const bare = { accountId, key, seq: null, balanceAfter: null };
    const used: UsedKey[] = [];
    for (const entry of this.entriesOf(accountId)) if (entry.key === key) used.push(entry);
    for (const hold of this.holdsOf(accountId)) {
      if (hold.key === key) used.push({ ...bare, contentHash: hold.contentHash });
      if (hold.resolutionKey === key) used.push({ ...bare, contentHash: hold.resolutionHash });
    }
    const audit = this.audit.get(textKey({ accountId, key }));
    if (audit !== undefined) used.push({ ...bare, contentHash: audit.contentHash });
    return used;
  }

  /** Stores rows as the schema would take them; throws where a constraint of it is broken. */
  write(changes: LedgerChanges): void {
    for (const account of changes.accounts) {
      const { balance, held, status, seq } = account;
      check(held >= 0n && [balance, held, balance - held, seq].every(isInt64), 'accounts');
      check(status !== 'closed' || (balance === 0n && held === 0n), 'closed accounts');
      this.accounts.set(account.id, account);
    }
    for (const entry of changes.entries) {
      check(entry.amount !== 0n && isInt64(entry.amount), 'entry amounts');
      check((entry.contra === null) !== (entry.counterAccountId === null), 'entry counterparts');
      const others = this.entriesOf(entry.accountId);
      check(!others.some((one) => one.key === entry.key), `entry key ${entry.key}`);
      check(
        entry.reversesSeq === null || !others.some((one) => one.reversesSeq === entry.reversesSeq),
        'entry reversals',
      );
      insert(this.entries, seqKey(entry), entry);
    }
    for (const hold of changes.newHolds) insert(this.holds, textKey(hold), hold);
    for (const { accountId, key, ...resolution } of changes.resolvedHolds) {
      const hold = find(this.holds, textKey({ accountId, key }));
      check(hold.status === 'open', 'resolved holds');
      this.holds.set(textKey(hold), { ...hold, ...resolution });
    }
    for (const lot of changes.newLots) insert(this.lots, seqKey(lot), lot);
    for (const { accountId, seq, remaining } of changes.changedLots) {
      const lot = find(this.lots, seqKey({ accountId, seq }));
      this.lots.set(seqKey(lot), { ...lot, remaining });
    }
    for (const lot of this.lots.values()) check(lot.remaining >= 0n && lot.remaining <= lot.amount, 'lots');
    for (const draw of changes.draws) {
      check(draw.amount !== 0n, 'draws');
      insert(this.draws, `${draw.accountId}:${draw.entrySeq}:${draw.lotSeq}`, draw);
    }
    for (const row of changes.audit) insert(this.audit, textKey(row), row);
  }
}

function seqKey({ accountId, seq }: AccountSeq): string {
  return `${accountId}:${seq}`;
}

function textKey({ accountId, key }: AccountKey): string {
  return `${accountId}:${key}`;
}

function insert<Row>(table: Map<string, Row>, key: string, row: Row): void {
  check(!table.has(key), `a second row ${key}`);
  table.set(key, row);
}

function find<Row>(table: Map<string, Row>, key: string): Row {
  const row = table.get(key);
  if (row === undefined) throw new Error(`There is no row ${key} to update.`);
  return row;
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`The schema does not take these ${what}.`);
}
