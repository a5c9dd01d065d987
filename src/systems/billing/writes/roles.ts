import { CarryoverError } from '../../../base/errors.ts';
import { ownCredits, roleInsufficient } from '../billing-errors.ts';
import type { BillingContext } from './billing-call.ts';

/** Who may call: the application's own server is whoever calls without a role. */
export type Role = 'server' | 'user' | 'staff' | 'admin' | 'super_admin';

const ROLES: ReadonlySet<string> = new Set(['user', 'staff', 'admin', 'super_admin']);
const STAFF: readonly Role[] = ['staff', 'admin', 'super_admin'];

/** The role of a call. One that nobody knows is nobody's: it may do nothing. */
export function roleOf({ role }: Pick<BillingContext, 'role'>): Role | undefined {
  if (role === undefined) return 'server';
  return ROLES.has(role) ? (role as Role) : undefined;
}

/** Throws `BILLING_ROLE_INSUFFICIENT` for a caller that is none of these. */
export function requireRole(context: BillingContext, operation: string, allowed: readonly Role[]): Role {
  const role = roleOf(context);
  if (role !== undefined && allowed.includes(role)) return role;
  throw new CarryoverError(roleInsufficient, {
    operation,
    found:
      context.role === undefined ? 'a call without a role' : `the role ${JSON.stringify(context.role.slice(0, 32))}`,
    expected: allowed.map((name) => (name === 'server' ? "the application's server" : name)).join(' or '),
  });
}

/** The application's server, staff, and users about themselves. Throws `BILLING_ROLE_INSUFFICIENT`. */
export function requireOwnOrStaff(context: BillingContext, operation: string, userId: string): void {
  const role = requireRole(context, operation, ['server', 'user', ...STAFF]);
  if (role !== 'user' || isSelf(context, userId)) return;
  throw new CarryoverError(roleInsufficient, {
    operation,
    found: "another user's credits",
    expected: "the user's own",
  });
}

/** Throws `BILLING_OWN_CREDITS` where somebody of the staff would act on their own credits (U-33). */
export function refuseSelf(context: BillingContext, operation: string, userId: string): void {
  if (isSelf(context, userId)) throw new CarryoverError(ownCredits, { operation });
}

/** Whether a caller is the person whose credits these are. */
export function isSelf({ actor }: Pick<BillingContext, 'actor'>, userId: string): boolean {
  return actor.kind === 'person' && actor.id === userId;
}
