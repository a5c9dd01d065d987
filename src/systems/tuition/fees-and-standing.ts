import type { Instant } from '../../base/instant.ts';
import { returningSince } from './legacy-enrolments.ts';
import type { TuitionPolicy } from './policy.ts';
import type { EnrolmentsTable } from './tables.ts';

/** What of an enrolment decides its fee. Amounts in minor units. */
export type FeeTerms = Pick<EnrolmentsTable, 'financial_status' | 'custom_fee'>;

/**
 * What one month costs, in minor units: nothing for exempt, the own fee or nothing for symbolic, the own fee or the group's for
 * normal. The one answer to this question, for the gate, for payments and for every list (T-09). Null where the group has no fee.
 */
export function effectiveFee({ financial_status, custom_fee }: FeeTerms, standardFee: bigint | null): bigint | null {
  switch (financial_status) {
    case 'exempt':
      return 0n;
    case 'symbolic':
      return custom_fee ?? 0n;
    case 'normal':
      // As the application read it: 0 is no fee of one's own. Who owes nothing is exempt or symbolic.
      return custom_fee === 0n ? standardFee : (custom_fee ?? standardFee);
  }
}

/**
 * New or returning at this moment. A payment has made the stored standing returning already (T-13); whoever started long enough
 * ago counts as returning without one, by the rule and in the zone that the migration uses (T-11).
 */
export function standingNow(
  enrolment: Pick<EnrolmentsTable, 'standing' | 'started_at'>,
  now: Instant,
  policy: Pick<TuitionPolicy, 'zone' | 'newForMonths'>,
): EnrolmentsTable['standing'] {
  if (enrolment.standing === 'returning') return 'returning';
  return returningSince(now, policy).isBefore(enrolment.started_at) ? 'new' : 'returning';
}

/** The floor that policy gives a standing: minus its sessions of grace. */
export function standardFloor(
  standing: EnrolmentsTable['standing'],
  { graceSessions }: Pick<TuitionPolicy, 'graceSessions'>,
): bigint {
  return -BigInt(graceSessions[standing]);
}

/** What decides the floor of a sessions account. */
export interface FloorTerms {
  readonly floor: bigint | null;
  readonly standingBefore: EnrolmentsTable['standing'];
  readonly standing: EnrolmentsTable['standing'];
  /** True where nothing is owed, so that no debt can be too large. */
  readonly isFree: boolean;
}

/**
 * The floor after a change of standing or fee. A floor that somebody adjusted by hand is kept (T-16); one that policy gave
 * follows the standing.
 */
export function floorAfter(terms: FloorTerms, policy: Pick<TuitionPolicy, 'graceSessions'>): bigint | null {
  const { floor, standing, standingBefore, isFree } = terms;
  if (isFree) return null;
  const isAdjusted = floor !== null && floor !== standardFloor(standingBefore, policy);
  return isAdjusted ? floor : standardFloor(standing, policy);
}
