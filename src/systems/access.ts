import { CarryoverError, defineError, type ErrorDefinition } from '../base/errors.ts';
import { actsFor } from '../http/authorize.ts';
import { isRole, type Access, type Role } from '../base/role.ts';
import type { OperationContext } from './operation.ts';

/** Whoever calls may not do this. */
export const roleInsufficient: ErrorDefinition<{ operation: string; found: string; expected: string }> = defineError({
  code: 'ROLE_INSUFFICIENT',
  httpStatus: 403,
  retryable: false,
  summary: 'The role of the caller does not allow the operation.',
  message: ({ operation, found, expected }) => `Cannot run "${operation}": found ${found}, against ${expected}.`,
  hint: () => 'Call with a role that may do it.',
});

/** People of the house, whatever they may do there. */
export const STAFF: readonly Role[] = ['staff', 'admin', 'super_admin'];

type Called = Pick<OperationContext<unknown>, 'actor' | 'role' | 'owners'>;

/** The role of a call: whoever calls without one is the application's own server. One that nobody knows is nobody's. */
export function roleOf({ role }: Called): Role | undefined {
  if (role === undefined) return 'server';
  return isRole(role) ? role : undefined;
}

/** Throws `ROLE_INSUFFICIENT` for a caller that may not do this, or a user who names somebody else than they may act for. */
export function requireAccess(
  context: Called,
  wanted: { readonly name: string; readonly access: Access },
  input: unknown,
): void {
  const { name, access } = wanted;
  const role = roleOf(context);
  if (role === undefined || !access.roles.includes(role)) {
    const expected = access.roles.map((allowed) => (allowed === 'server' ? "the application's server" : allowed));
    throw new CarryoverError(roleInsufficient, {
      operation: name,
      found:
        context.role === undefined ? 'a call without a role' : `the role ${JSON.stringify(context.role.slice(0, 32))}`,
      expected: expected.join(' or '),
    });
  }
  if (role !== 'user' || isOwn(context, access, input)) return;
  throw new CarryoverError(roleInsufficient, {
    operation: name,
    found: `another ${access.owner ?? 'owner'} than the caller's own`,
    expected: "the user's own",
  });
}

function isOwn(called: Called, { owner }: Access, input: unknown): boolean {
  if (owner === undefined || called.actor.kind !== 'person') return false;
  const named = (input as Readonly<Record<string, unknown>>)[owner];
  return typeof named === 'string' && actsFor(called, named);
}
