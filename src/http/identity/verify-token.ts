import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { CarryoverError } from '../../base/errors.ts';
import { isRole, type Role } from '../../base/role.ts';
import { identityUnavailable, unauthenticated } from '../http-errors.ts';
import type { Principal } from '../principal.ts';

/** Which tokens are believed. Exactly one of `secret` and `jwksUrl`. */
export interface TokenRules {
  /** For HS256: the secret that Supabase and others sign with, at least 32 bytes. */
  readonly secret?: string;
  /** Where the issuer publishes its keys. */
  readonly jwksUrl?: string;
  /** Pinned: a token cannot choose how it is checked. HS256 goes with a secret, the others with a key set. */
  readonly algorithms: readonly string[];
  readonly issuer: string;
  readonly audience: string;
  readonly clockSkewSeconds: number;
  /** Where a token says the role, as members joined by dots: `app_metadata.carryover_role`. A token that does not is a user's. */
  readonly roleClaim: string;
}

/** Says whose a token is. Throws `HTTP_UNAUTHENTICATED`, `HTTP_IDENTITY_UNAVAILABLE`. */
export type VerifyToken = (token: string) => Promise<Principal>;

/** Ids longer than this are no references of accounts and actors. */
const SUBJECT_LENGTH_MAX = 150;

/** How long a key set may take to answer, and how long its keys are used before it is asked again. */
const JWKS_TIMEOUT_MS = 5_000;
const JWKS_AGE_MS = 600_000;

/**
 * Verifies tokens by one set of rules: signature, algorithm, issuer, audience, `exp` (which must be there) and `nbf`. The subject becomes
 * the person; roles come from a claim that the issuer's users cannot write themselves, such as Supabase's `app_metadata`. `server` is
 * never a person's role, so a token that says so is refused.
 */
export function tokenVerifier(rules: TokenRules): VerifyToken {
  const key = keyOf(rules);
  const options = {
    algorithms: [...rules.algorithms],
    issuer: rules.issuer,
    audience: rules.audience,
    clockTolerance: rules.clockSkewSeconds,
    requiredClaims: ['exp', 'sub'],
  };
  return async (token) => {
    try {
      const { payload } =
        typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
      return principalOf(payload, rules.roleClaim);
    } catch (error) {
      if (isOutage(error)) throw new CarryoverError(identityUnavailable, {}, error);
      throw new CarryoverError(unauthenticated, { found: 'a token that is not accepted' }, error);
    }
  };
}

/** Keys that cannot be fetched say nothing of the token: its holder must not be told to sign in again. */
function isOutage(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout) return true;
  const isOfToken = error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
  return !isOfToken && !(error instanceof TokenFlaw);
}

/** A token that is signed well and says what no person may say. */
class TokenFlaw extends Error {}

function keyOf({ secret, jwksUrl }: TokenRules): Uint8Array | JWTVerifyGetKey {
  if (secret !== undefined) return new TextEncoder().encode(secret);
  return createRemoteJWKSet(new URL(jwksUrl ?? ''), { timeoutDuration: JWKS_TIMEOUT_MS, cacheMaxAge: JWKS_AGE_MS });
}

function principalOf(payload: JWTPayload, roleClaim: string): Principal {
  const { sub } = payload;
  if (sub === undefined || sub === '' || sub.length > SUBJECT_LENGTH_MAX || sub.trim() !== sub)
    throw new TokenFlaw('The subject is no reference.');
  return { actor: { kind: 'person', id: sub }, role: roleIn(payload, roleClaim), scopes: null };
}

function roleIn(payload: JWTPayload, roleClaim: string): Role {
  const said = roleClaim.split('.').reduce<unknown>((inner, name) => memberOf(inner, name), payload);
  if (said === undefined) return 'user';
  if (typeof said !== 'string' || !isRole(said) || said === 'server')
    throw new TokenFlaw('The role is none that a person has.');
  return said;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
