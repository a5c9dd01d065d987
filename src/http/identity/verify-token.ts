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
  /** Where a token lists the owners that a user may act for, such as a parent's pupils; undefined where none does. */
  readonly ownersClaim?: string;
}

/** Says whose a token is. Throws `HTTP_UNAUTHENTICATED`, `HTTP_IDENTITY_UNAVAILABLE`. */
export type VerifyToken = (token: string) => Promise<Principal>;

/** Ids longer than this are no references of accounts and actors. */
const SUBJECT_LENGTH_MAX = 150;

/** Owners of one token. A family fits many times; the list is searched for each request. */
const OWNERS_MAX = 50;

/** How long a key set may take to answer, and how long its keys are used before it is asked again. */
const JWKS_TIMEOUT_MS = 5_000;
const JWKS_AGE_MS = 600_000;

/**
 * Verifies tokens by one set of rules: signature, algorithm, issuer, audience, `exp` (which must be there) and `nbf`. The subject becomes
 * the person; roles come from a claim that the issuer's users cannot write themselves, such as Supabase's `app_metadata`, and so does the
 * list of owners they may act for. `server` is never a person's role, so a token that says so is refused, and so is one whose owners
 * are no list of at most 50 references.
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
      return principalOf(payload, rules);
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

function principalOf(payload: JWTPayload, { roleClaim, ownersClaim }: TokenRules): Principal {
  const { sub } = payload;
  if (!isReference(sub)) throw new TokenFlaw('The subject is no reference.');
  const owners = ownersClaim === undefined ? [] : ownersIn(payload, ownersClaim);
  return {
    actor: { kind: 'person', id: sub },
    role: roleIn(payload, roleClaim),
    scopes: null,
    ...(owners.length === 0 ? {} : { owners }),
  };
}

function isReference(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= SUBJECT_LENGTH_MAX && value.trim() === value;
}

function roleIn(payload: JWTPayload, claim: string): Role {
  const said = claimOf(payload, claim);
  if (said === undefined) return 'user';
  if (typeof said !== 'string' || !isRole(said) || said === 'server')
    throw new TokenFlaw('The role is none that a person has.');
  return said;
}

/** Ids of JSON may be whole numbers; they are named by their digits, as everywhere on the wire. */
function ownersIn(payload: JWTPayload, claim: string): readonly string[] {
  const said = claimOf(payload, claim);
  if (said === undefined) return [];
  if (!Array.isArray(said) || said.length > OWNERS_MAX)
    throw new TokenFlaw(`The owners are no list of at most ${OWNERS_MAX}.`);
  return said.map((owner: unknown) => {
    const reference = Number.isSafeInteger(owner) ? String(owner) : owner;
    if (!isReference(reference)) throw new TokenFlaw('An owner is no reference.');
    return reference;
  });
}

/** A claim by its members joined by dots; undefined where the token has none. */
function claimOf(payload: JWTPayload, claim: string): unknown {
  return claim.split('.').reduce<unknown>((inner, name) => memberOf(inner, name), payload);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
