import type { Instant } from '../../base/instant.ts';
import { appendEntry } from './append-entry.ts';
import { collectChanges } from './collect-changes.ts';
import { creditLot, returnToLots, unstatedTerms, type LotTerms } from './credit-lot.ts';
import { drawLots } from './draw-lots.ts';
import type { LedgerChanges, LedgerSnapshot, NewEntry } from './kernel-types.ts';
import { accountOf, openWorkingSet, type WorkingAccount } from './working-set.ts';

/** What a legacy fact still moves: all of it when it is new, else its difference to what was carried of it before. */
export interface CarriedFact {
  readonly accountId: bigint;
  /** Not zero. */
  readonly amount: bigint;
  readonly kind: string;
  readonly contra: string;
  /** The fact's own name, which is also the key of its first entry; a later difference has the entry's number behind it. */
  readonly source: string;
  /** The newest entry that carried this fact before; null for a fact that is new. */
  readonly carriedSeq: bigint | null;
  /** True where legacy has the fact no more and this one entry carried it. */
  readonly undoes: boolean;
  readonly actor: string;
  /** Canonical JSON text. */
  readonly details: string | null;
  readonly occurredAt: Instant;
  /** Of the lot that a credit opens; null for unstated terms. */
  readonly terms: LotTerms | null;
}

/**
 * Writes facts of lotted accounts, in order. Facts are no requests: nothing is refused, no floor holds them back, and no account is brought to
 * the present, since legacy decides it. The snapshot has the accounts with their lots, and for facts carried before their entry, its draws
 * and its lot.
 */
export function carryFacts(snapshot: LedgerSnapshot, facts: readonly CarriedFact[], now: Instant): LedgerChanges {
  const work = openWorkingSet(snapshot, now);
  for (const fact of facts) {
    const account = accountOf(work, fact.accountId);
    account.touched = true;
    moveLots(account, fact, appendFact(account, fact));
  }
  return collectChanges(work);
}

function appendFact(account: WorkingAccount, fact: CarriedFact): NewEntry {
  const { amount, kind, contra, source, carriedSeq, undoes, actor, details, occurredAt } = fact;
  return appendEntry(account, {
    amount,
    counterpart: { contra },
    origin: {
      kind,
      key: carriedSeq === null ? source : `${source}~${account.seq + 1n}`,
      source,
      contentHash: null,
      reason: null,
      actor,
      details,
      occurredAt,
      reversesSeq: undoes ? carriedSeq : null,
    },
  });
}

/** A credit that grew less is taken out of its own lot first; a debit that grew less goes back to where it was drawn. */
function moveLots(account: WorkingAccount, fact: CarriedFact, entry: NewEntry): void {
  const before = fact.carriedSeq === null ? undefined : account.entries.get(fact.carriedSeq);
  if (entry.amount < 0n) {
    drawLots(account, entry, before === undefined ? undefined : account.lots.get(before.seq));
  } else if (before !== undefined && before.amount < 0n) {
    returnToLots(account, entry, before.seq);
  } else {
    creditLot(account, entry, fact.terms ?? unstatedTerms);
  }
}
