import { CarryoverError } from '../base/errors.ts';
import { forbidden } from './http-errors.ts';
import type { Principal } from './principal.ts';
import type { Route, RouteRequest } from './route.ts';

type Guarded = Pick<Route<never>, 'name' | 'access' | 'ownerOf'>;

/** Before anything of the request is read. Throws `HTTP_FORBIDDEN` for a role that may not use the route, or a key made for others. */
export function authorizeRoute(route: Guarded, principal: Principal): void {
  const { access, name } = route;
  if (access === 'public') return;
  if (!access.roles.includes(principal.role)) {
    const expected = access.roles.join(' or ');
    throw new CarryoverError(forbidden, { route: name, found: `the role ${principal.role}`, expected });
  }
  if (principal.scopes === null || principal.scopes.some((scope) => covers(scope, name))) return;
  throw new CarryoverError(forbidden, {
    route: name,
    found: 'a key that is not made for it',
    expected: 'a key with that scope',
  });
}

/**
 * Once the request is checked. Throws `HTTP_FORBIDDEN` for a user who names another owner than themselves or those that their token
 * lists, whether there is such an owner or not, so that nobody learns who exists.
 */
export function authorizeOwner(route: Guarded, request: RouteRequest): void {
  const { access, name, ownerOf } = route;
  if (access === 'public' || request.principal.role !== 'user') return;
  const owner = ownerOf?.(request);
  if (owner !== undefined && actsFor(request.principal, owner)) return;
  throw new CarryoverError(forbidden, { route: name, found: 'another owner', expected: "the caller's own" });
}

/** Whether somebody may name this owner as a `user`: themselves, or one whom their token lists. */
export function actsFor({ actor, owners = [] }: Pick<Principal, 'actor' | 'owners'>, owner: string): boolean {
  return owner === actor.id || owners.includes(owner);
}

/** A scope is a route's name, or its beginning up to a dot: `tuition` covers `tuition.check-in`. */
function covers(scope: string, name: string): boolean {
  return scope === name || name.startsWith(`${scope}.`);
}
