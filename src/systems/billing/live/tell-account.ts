import type { EntryToMirror, MirroredEntry } from '../../../cutover/live-descriptor.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { DrawnFrom, ToldAccount } from './load-told.ts';
import { costsBeyondOverage } from './period-usage.ts';
import { smallestPart, type BillingWrite } from './told-tables.ts';
import { insertLegacy, updateLegacy, type LegacyRow } from './write-legacy.ts';

/** What sources begin with that stand for nothing in legacy: grants of later periods and what was taken from them, and what is less than a cent. */
export const UNTOLD_PERIOD = 'later-period:';
/** See `UNTOLD_PERIOD`. */
export const UNTOLD_PART = 'below-a-cent:';

/** What the rows that were written say together, micro-dollars. */
export interface ToldSums {
  readonly bought: bigint;
  readonly used: bigint;
  readonly remainder: bigint;
}

/**
 * Tells legacy the entries of one account, in their order. Usage that was taken from the carried period's grant becomes a cost of a message, so that the application's own allowance goes down; every other debit
 * a row of usage, every credit a purchase. A grant has no row: the application grants by itself. What a column cannot hold is carried to the next row.
 */
export class AccountTeller {
  readonly #write: BillingWrite;
  readonly #account: ToldAccount;
  #bought = 0n;
  #used = 0n;
  #remainder: bigint;
  #counts: boolean | undefined;
  /** Sources of entries that one call made together. */
  readonly #together = new Map<string, string>();

  constructor(write: BillingWrite, account: ToldAccount) {
    this.#write = write;
    this.#account = account;
    this.#remainder = account.remainder;
  }

  /** What was told so far. */
  get sums(): ToldSums {
    return { bought: this.#bought, used: this.#used, remainder: this.#remainder };
  }

  /** Tells all entries of the account. */
  async tell(entries: readonly EntryToMirror[]): Promise<readonly MirroredEntry[]> {
    const mirrored: MirroredEntry[] = [];
    const refunds = Map.groupBy(entries.filter(isOfMoneyRefund), refundOf);
    for (const entry of entries) {
      const together = isOfMoneyRefund(entry) ? refunds.get(refundOf(entry)) : undefined;
      const source = together === undefined ? await this.#source(entry) : await this.#sourceOfRefund(together);
      mirrored.push({ accountId: entry.accountId, seq: entry.seq, source });
    }
    return mirrored;
  }

  async #source(entry: EntryToMirror): Promise<string> {
    if (entry.contra === 'grants')
      return this.#isOfCarriedPeriod(entry) ? (this.#account.period?.source ?? '') : untold(UNTOLD_PERIOD, entry);
    const settled = await this.#settledPurchase(entry);
    if (settled !== undefined) return settled;
    if (entry.contra === 'usage' && entry.amount < 0n && this.#hasMessages) return this.#usage(entry);
    const isOfGrants =
      entry.contra === 'expired' && this.#drawn(entry, 'carried-period') + this.#drawn(entry, 'later-period') > 0n;
    return isOfGrants ? untold(UNTOLD_PERIOD, entry) : this.#row(entry, entry.amount);
  }

  #drawn({ seq }: EntryToMirror, from: DrawnFrom): bigint {
    return this.#account.drawn.get(seq)?.get(from) ?? 0n;
  }

  /**
   * What was taken from grants is the cost of a message, the rest a row of usage. One fact stands for the entry: the row where there is one, else the period. Where it is both, a later switch finds the one too large and the other
   * too small by the same, and posts that. Where a cost would lower no allowance, all that was taken of it is a row.
   */
  async #usage(entry: EntryToMirror): Promise<string> {
    const later = this.#drawn(entry, 'later-period');
    const taken = this.#drawn(entry, 'carried-period');
    const carried = taken > 0n && (await this.#costsCount()) ? taken : 0n;
    for (const granted of [carried, later]) if (granted > 0n) await this.#message(entry, granted);
    const rest = -entry.amount - carried - later;
    if (rest > 0n) return this.#row(entry, -rest);
    return carried > 0n ? (this.#account.period?.source ?? '') : untold(UNTOLD_PERIOD, entry);
  }

  /** Whether a further cost lowers what is left of the carried period. One that does keeps it so. */
  async #costsCount(): Promise<boolean> {
    const { period, userId } = this.#account;
    this.#counts ??= period !== null && (await costsBeyondOverage(this.#write, { userId, ...period })) >= 0n;
    return this.#counts;
  }

  get #hasMessages(): boolean {
    const { source } = this.#write;
    return source.has('usage_messages') && source.policy.carrying.usageMultiplierPerMille === 1000;
  }

  #isOfCarriedPeriod({ details }: EntryToMirror): boolean {
    return details?.['periodStart'] === this.#account.period?.startsAt.toString();
  }

  /** Movements of one refund are one row, of what they come to. */
  async #sourceOfRefund(entries: readonly EntryToMirror[]): Promise<string> {
    const [first] = entries;
    if (first === undefined) throw new Error('A refund has no entry.');
    const name = refundOf(first);
    const known = this.#together.get(name);
    if (known !== undefined) return known;
    const source = await this.#row(
      first,
      entries.reduce((sum, { amount }) => sum + amount, 0n),
    );
    this.#together.set(name, source);
    return source;
  }

  /** A purchase that legacy has as pending is completed there; one that began here becomes a row, by which it is known from then on. */
  async #settledPurchase(entry: EntryToMirror): Promise<string | undefined> {
    if (entry.contra !== 'purchases') return undefined;
    const { occurredAt, key } = entry;
    if (key.startsWith('credit_purchases:')) {
      const at = { table: 'credit_purchases', key: 'id', value: key.slice('credit_purchases:'.length) } as const;
      const isThere = await updateLegacy(this.#write, at, {
        status: { text: 'completed' },
        completed_at: { at: occurredAt },
      });
      if (isThere) this.#bought += entry.amount;
      return isThere ? key : undefined;
    }
    const tables = billingTables(this.#write.trx);
    const purchase = await tables
      .selectFrom('carryover_billing_purchases')
      .select(['id', 'payment_reference', 'expires_at'])
      .where('entry_key', '=', key)
      .executeTakeFirst();
    if (purchase === undefined) return undefined;
    const source = await this.#row(entry, entry.amount, {
      stripe_payment_intent_id: { text: purchase.payment_reference },
      expires_at: { at: purchase.expires_at },
    });
    if (source.startsWith('credit_purchases:')) {
      await tables
        .updateTable('carryover_billing_purchases')
        .set({ purchase_key: source })
        .where('id', '=', purchase.id)
        .execute();
    }
    return source;
  }

  /** A row of usage for what was taken, of purchases for what came; of neither for what is less than the column holds. */
  async #row(entry: EntryToMirror, amount: bigint, more: LegacyRow = {}): Promise<string> {
    const wanted = amount + this.#remainder;
    const table = wanted < 0n ? 'credit_usage' : 'credit_purchases';
    const part = await smallestPart(this.#write, table, 'amount_dollars');
    const said = nearest(wanted, part);
    this.#remainder = wanted - said;
    if (said === 0n) return untold(UNTOLD_PART, entry);
    const { occurredAt, entryKind, reason } = entry;
    const { userId } = this.#account;
    const shared = {
      created_at: { at: occurredAt },
      description: { text: reason ?? entryKind },
    };
    if (said < 0n) {
      this.#used -= said;
      // Not as overage: that would be taken for usage which the allowance had no part in.
      const type = entry.contra === 'usage' ? 'manual_deduction' : 'adjustment';
      const id = await insertLegacy(
        this.#write,
        { table, userId },
        {
          ...shared,
          amount_dollars: { micros: -said },
          usage_type: { text: type },
        },
      );
      return `credit_usage:${id}`;
    }
    this.#bought += said;
    const purchase = {
      ...shared,
      amount_dollars: { micros: said },
      status: { text: 'completed' },
      completed_at: { at: occurredAt },
    };
    return `credit_purchases:${await insertLegacy(this.#write, { table, userId }, { ...purchase, ...more })}`;
  }

  /** The cost of a message, unless it is less than the column holds; then it comes with the next row. */
  async #message(entry: EntryToMirror, amount: bigint): Promise<void> {
    const part = await smallestPart(this.#write, 'usage_messages', 'cost');
    const wanted = this.#remainder - amount;
    const said = nearest(wanted, part);
    this.#remainder = wanted - (said < 0n ? said : 0n);
    if (said >= 0n) return;
    const at = { table: 'usage_messages', userId: this.#account.userId } as const;
    await insertLegacy(this.#write, at, { cost: { micros: -said }, created_at: { at: entry.occurredAt } });
  }
}

/** A multiple of a part, halves away from zero. */
function nearest(amount: bigint, part: bigint): bigint {
  const half = amount < 0n ? -part / 2n : part / 2n;
  return ((amount + half) / part) * part;
}

function untold(prefix: string, { accountId, seq }: EntryToMirror): string {
  return `${prefix}${accountId}:${seq}`;
}

function isOfMoneyRefund({ entryKind, contra }: EntryToMirror): boolean {
  return contra === 'refunds' && entryKind === 'money-refund';
}

/** `refund:<call>` of `refund:<call>:lot`. */
function refundOf({ key }: EntryToMirror): string {
  return key.slice(0, key.lastIndexOf(':'));
}
