import type { Instant } from '../../base/instant.ts';
import { quietUntil, type QuietHours } from './quiet-hours.ts';

/** A delivery that is due. */
export interface DueDelivery {
  readonly mandatory: boolean;
  readonly isUrgent: boolean;
  readonly zone: string;
  readonly noticedAt: Instant;
  /** In the smallest part of the budget's currency. */
  readonly cost: bigint;
}

/** What is true when it is looked at. */
export interface AdmissionFacts {
  readonly now: Instant;
  readonly isSuppressed: boolean;
  /** When the messages to its address in the last hour were let through, oldest first. */
  readonly recent: readonly Instant[];
  readonly spent: bigint;
}

/** The limits of the settings. */
export interface AdmissionRules {
  readonly quietHours: QuietHours | null;
  readonly perRecipientHour: number;
  readonly budget: bigint | null;
  readonly optionalLifetimeMs: number;
}

/** What becomes of a due delivery. */
export type Admission =
  | { readonly verdict: 'admit' }
  | { readonly verdict: 'hold'; readonly until: Instant; readonly reason: string }
  | { readonly verdict: 'suppressed' | 'skipped'; readonly reason: string };

const HOUR_MS = 3_600_000;
/** Too short looks at waiting messages for nothing; too long keeps a receipt back after the cutover has ended, which is worse. */
const CUTOVER_HOLD_MS = 5 * 60_000;

/**
 * Decides whether a delivery may go now. In this order: a cutover of its system ends an optional one and holds a mandatory one;
 * an optional one that has become old news is dropped; quiet hours hold whatever is not urgent, mandatory or not, since a receipt can
 * wait for the morning and a parent whose child stands at the door cannot; the limit per recipient holds and the budget drops optional
 * ones only (T-40).
 */
export function admit(delivery: DueDelivery, facts: AdmissionFacts, rules: AdmissionRules): Admission {
  const { now } = facts;
  const { mandatory } = delivery;
  if (facts.isSuppressed) {
    return mandatory
      ? { verdict: 'hold', until: now.plusMillis(CUTOVER_HOLD_MS), reason: 'cutover' }
      : { verdict: 'suppressed', reason: 'cutover' };
  }
  if (!mandatory && delivery.noticedAt.plusMillis(rules.optionalLifetimeMs).isBefore(now)) {
    return { verdict: 'skipped', reason: 'too-late' };
  }
  const quiet =
    delivery.isUrgent || rules.quietHours === null ? undefined : quietUntil(now, delivery.zone, rules.quietHours);
  if (quiet !== undefined) return { verdict: 'hold', until: quiet, reason: 'quiet-hours' };
  if (mandatory) return { verdict: 'admit' };
  const first = facts.recent[facts.recent.length - rules.perRecipientHour];
  if (first !== undefined) return { verdict: 'hold', until: first.plusMillis(HOUR_MS), reason: 'recipient-limit' };
  if (rules.budget !== null && delivery.cost > 0n && facts.spent + delivery.cost > rules.budget) {
    return { verdict: 'skipped', reason: 'budget' };
  }
  return { verdict: 'admit' };
}
