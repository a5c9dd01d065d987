import { CarryoverError } from '../../../base/errors.ts';
import type { Role } from '../../../base/role.ts';
import { roleOf } from '../../access.ts';
import { ownCredits } from '../billing-errors.ts';
import type { BillingContext } from './billing-call.ts';

/** The role of a call that the operation's access has let through, for limits that differ by role. */
export function callerRole(context: BillingContext): Role {
  const role = roleOf(context);
  if (role === undefined) throw new Error('A call in a role that nobody knows came past the access of its operation.');
  return role;
}

/** Throws `BILLING_OWN_CREDITS` where somebody of the staff would act on their own credits (U-33). */
export function refuseSelf(context: BillingContext, operation: string, userId: string): void {
  if (isSelf(context, userId)) throw new CarryoverError(ownCredits, { operation });
}

/** Whether a caller is the person whose credits these are. */
export function isSelf({ actor }: Pick<BillingContext, 'actor'>, userId: string): boolean {
  return actor.kind === 'person' && actor.id === userId;
}
