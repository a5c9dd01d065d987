import type { Instant } from '../../../base/instant.ts';
import { KEPT_PLAN, type Plan } from '../plans/plan-book.ts';

/** A row of the school's payments, of one enrolment. Amounts in minor units. */
export interface LegacyPayment {
  readonly legacyId: bigint;
  readonly plan: string;
  /** `2026-03-01`, the day that stands for the month. */
  readonly day: string;
  readonly due: bigint;
  readonly paid: bigint;
  readonly datedAt: Instant;
  /** The payment taken here that the row stands for; null for one of the application's own. */
  readonly paymentId: bigint | null;
  /** True where the ledger made the row. */
  readonly isMade: boolean;
}

/** A payment taken here that no row stands for yet. */
export interface UntoldPayment {
  readonly paymentId: bigint;
  readonly plan: string;
  readonly amount: bigint;
  readonly paidAt: Instant;
  readonly isVoided: boolean;
  /** True where entries of it are being told, so that something should stand for it. */
  readonly isAsked: boolean;
}

/** What an enrolment's rows are brought to. */
export interface BookToTell {
  readonly plans: readonly Plan[];
  readonly rows: readonly LegacyPayment[];
  /** Days that rows of any kind take, also those that cannot be read: two rows of one day are not allowed. */
  readonly daysTaken: readonly string[];
  /** In the order they were taken. */
  readonly payments: readonly UntoldPayment[];
  /** Payments of which money goes back now: their rows give it before others do. */
  readonly returned: ReadonlySet<bigint>;
  /** Payments that were undone. */
  readonly voided: ReadonlySet<bigint>;
  readonly eachRowIsPlan: boolean;
  readonly now: Instant;
}

/** A row as it has to be. What stood before is kept beside it; a row without a number is new. */
export interface ToldRow {
  /** Set when it is known. */
  legacyId: bigint | undefined;
  plan: string;
  readonly day: string;
  readonly due: bigint;
  readonly paidBefore: bigint;
  paid: bigint;
  datedAt: Instant;
  paymentId: bigint | null;
  readonly isMade: boolean;
  /** True where the date has to be written too. */
  isDated: boolean;
  isGone: boolean;
}

/** The rows of one enrolment after its book was told, and which of them stands for what. */
export interface ToldBook {
  readonly rows: readonly ToldRow[];
  /** The row of a payment taken here, else one of its plan, else any; undefined where there is none. */
  rowFor(of: { readonly paymentId: bigint | null; readonly plan: string }): ToldRow | undefined;
}

/**
 * Brings an enrolment's payment rows to what its plans have received: a row for each payment taken here, on a day of its month that no row
 * has yet, and less money in the rows where some went back. An unpaid row of the month is used first, as the application does. So the sum
 * of a plan's rows is what it received, and legacy's own rule gives the balances of the ledger. Kept money lies on a plan where it buys nothing; without
 * one legacy has no place for it.
 */
export function tellBook(book: BookToTell): ToldBook {
  return new Telling(book);
}

/** The plans on which kept money may lie, because it buys nothing there: paid in full, free, or with the next session further away than that. */
function placesOf(plans: readonly Plan[], kept: bigint): readonly Plan[] {
  const whole = ({ due, sessions }: Plan, more: bigint): bigint => {
    const samePrice = plans.filter((plan) => plan.due === due && plan.sessions === sessions);
    const counted = samePrice.reduce((sum, plan) => sum + (plan.received < due ? plan.received : due), more);
    return (counted * sessions) / due;
  };
  const counts = ({ due, received }: Plan): bigint => {
    const room = received < due ? due - received : 0n;
    return kept < room ? kept : room;
  };
  return plans.filter((plan) => {
    if (plan.plan === KEPT_PLAN) return false;
    return plan.due > 0n ? whole(plan, counts(plan)) === whole(plan, 0n) : plan.sessions > 0n;
  });
}

class Telling implements ToldBook {
  readonly rows: ToldRow[];
  readonly #book: BookToTell;
  readonly #targets: ReadonlyMap<string, bigint>;
  readonly #days: Set<string>;
  /** Rows of payments that found no day of their own. */
  readonly #shared = new Map<bigint, ToldRow>();
  /** Rows that a payment stands on since this look. */
  readonly #claimed = new Set<ToldRow>();
  /** By plan, the row that gave first. */
  readonly #reduced = new Map<string, ToldRow>();

  constructor(book: BookToTell) {
    this.#book = book;
    this.#days = new Set(book.daysTaken);
    this.rows = book.rows.map((row) => ({ ...row, paidBefore: row.paid, isDated: false, isGone: false }));
    this.#targets = this.#targetsOf(book);
    for (const payment of book.payments) this.#tellPayment(payment);
    for (const plan of book.plans) this.#settle(plan);
    this.#removeVoided();
  }

  rowFor({ paymentId, plan }: { readonly paymentId: bigint | null; readonly plan: string }): ToldRow | undefined {
    const own = paymentId === null ? undefined : this.rows.find((row) => row.paymentId === paymentId);
    const shared = paymentId === null ? undefined : this.#shared.get(paymentId);
    return own ?? shared ?? this.#reduced.get(plan) ?? this.#newestFirst(plan)[0] ?? this.#newestFirst()[0];
  }

  #targetsOf({ plans }: BookToTell): ReadonlyMap<string, bigint> {
    const targets = new Map(plans.filter(({ plan }) => plan !== KEPT_PLAN).map((plan) => [plan.plan, plan.received]));
    const kept = plans.find(({ plan }) => plan === KEPT_PLAN)?.received ?? 0n;
    if (kept === 0n) return targets;
    const places = placesOf(plans, kept);
    // Where it lies already it stays, so that a look that finds nothing new changes nothing.
    const place = places.find(({ plan, received }) => this.#sumOf(plan) > received) ?? places.at(-1);
    if (place !== undefined) targets.set(place.plan, place.received + kept);
    return targets;
  }

  #tellPayment(payment: UntoldPayment): void {
    const plan = this.#book.plans.find((each) => each.plan === payment.plan);
    if (plan === undefined) return;
    const short = (this.#targets.get(plan.plan) ?? 0n) - this.#sumOf(plan.plan);
    const amount = payment.amount < short ? payment.amount : short;
    if (amount <= 0n && (!payment.isAsked || (payment.isVoided && plan.due > 0n))) return;
    const row = this.#emptyRow(plan) ?? this.#newRow(plan);
    if (row === undefined) {
      this.#share(payment, plan, amount);
      return;
    }
    row.plan = plan.plan;
    row.paymentId = payment.paymentId;
    this.#claimed.add(row);
    if (amount <= 0n) return;
    row.paid += amount;
    row.datedAt = payment.paidAt;
    row.isDated = true;
  }

  /** All days of the month are taken: the money joins that of another payment. */
  #share(payment: UntoldPayment, plan: Plan, amount: bigint): void {
    const [newest] = this.#newestFirst(plan.plan);
    if (newest === undefined) return;
    if (amount > 0n) newest.paid += amount;
    this.#shared.set(payment.paymentId, newest);
  }

  /** A row of the month in which nothing was paid; where each row is a plan it must owe the same, since its own due counts. */
  #emptyRow({ plan, month, due }: Plan): ToldRow | undefined {
    const { eachRowIsPlan } = this.#book;
    return this.rows.find(
      (row) =>
        row.paid === 0n &&
        row.paidBefore === 0n &&
        !this.#claimed.has(row) &&
        (eachRowIsPlan ? row.day.startsWith(month) && row.due === due && !this.#isOwed(row) : row.plan === plan),
    );
  }

  #isOwed({ plan }: ToldRow): boolean {
    return (this.#targets.get(plan) ?? 0n) > 0n;
  }

  #newRow({ plan, month, due }: Plan): ToldRow | undefined {
    const day = daysOf(month).find((each) => !this.#days.has(each));
    if (day === undefined) return undefined;
    this.#days.add(day);
    const row: ToldRow = {
      legacyId: undefined,
      plan,
      day,
      due,
      paidBefore: 0n,
      paid: 0n,
      datedAt: this.#book.now,
      paymentId: null,
      isMade: true,
      isDated: true,
      isGone: false,
    };
    this.rows.push(row);
    return row;
  }

  /** What is left after the payments: money that was moved between plans, or went back. */
  #settle(plan: Plan): void {
    const target = this.#targets.get(plan.plan);
    if (target === undefined) return;
    let difference = target - this.#sumOf(plan.plan);
    if (difference > 0n) {
      const row =
        this.#newestFirst(plan.plan).find(({ paid }) => paid > 0n) ?? this.#emptyRow(plan) ?? this.#newRow(plan);
      if (row !== undefined) row.paid += difference;
      return;
    }
    for (const row of this.#givingFirst(plan.plan)) {
      if (difference === 0n) return;
      const taken = row.paid < -difference ? row.paid : -difference;
      if (taken > 0n && !this.#reduced.has(plan.plan)) this.#reduced.set(plan.plan, row);
      row.paid -= taken;
      difference += taken;
    }
  }

  /** A payment that was undone leaves no row, unless the row is what a free month's sessions stand on. */
  #removeVoided(): void {
    for (const row of this.rows) {
      const isVoided = row.paymentId !== null && this.#book.voided.has(row.paymentId);
      row.isGone = row.isMade && isVoided && row.paid === 0n && row.due > 0n;
    }
  }

  #sumOf(plan: string): bigint {
    return this.rows.reduce((sum, row) => (row.plan === plan ? sum + row.paid : sum), 0n);
  }

  #newestFirst(plan?: string): readonly ToldRow[] {
    return this.rows
      .filter((row) => plan === undefined || row.plan === plan)
      .toSorted((one, other) => other.datedAt.compare(one.datedAt) || compareIds(other, one));
  }

  #givingFirst(plan: string): readonly ToldRow[] {
    const isReturned = ({ paymentId }: ToldRow): boolean => paymentId !== null && this.#book.returned.has(paymentId);
    const newest = this.#newestFirst(plan);
    return [...newest.filter(isReturned), ...newest.filter((row) => !isReturned(row))];
  }
}

/** New rows after those that are there. */
function compareIds(one: ToldRow, other: ToldRow): number {
  if (one.legacyId === other.legacyId) return 0;
  if (one.legacyId === undefined) return 1;
  if (other.legacyId === undefined) return -1;
  return one.legacyId < other.legacyId ? -1 : 1;
}

/** Every day of a month, the first of them first: that is the one which the application gives a month. */
function daysOf(month: string): readonly string[] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: days }, (_none, index) => `${month}-${String(index + 1).padStart(2, '0')}`);
}
