import { inputInvalid } from '../../base/base-errors.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { CarryoverError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import { checkReference } from '../../base/names.ts';
import type { Role } from '../../base/role.ts';

/** What a new key may do, and for how long. */
export interface NewKey {
  /** What people call it, unique: `desk tablet`. */
  readonly label: string;
  readonly role: Role;
  /** As whom it acts: the stable id of a person; a key of role `server` acts as itself and has none. */
  readonly subject?: string;
  /** Names of routes, or their beginnings up to a dot; absent for every route that the role may use. */
  readonly scopes?: readonly string[];
  /** Absent: until it is revoked. */
  readonly expiresAt?: Instant;
}

/** A key as lists show it: never its secret, of which only a hash is kept. */
export interface KeyRecord {
  readonly id: string;
  readonly label: string;
  readonly role: Role;
  readonly subject: string;
  readonly scopes: readonly string[] | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
}

/** The most that a key's name, as people read it, may have of characters. */
export const LABEL_LENGTH_MAX = 64;

/** A key's row. */
export interface KeyRow {
  readonly id: string;
  readonly secret_hash: string;
  readonly label: string;
  readonly role: Role;
  readonly subject: string;
  readonly scopes: string | null;
  readonly created_at: Instant;
  readonly expires_at: Instant | null;
  readonly revoked_at: Instant | null;
}

/** Whether a key is accepted at an instant. */
export function isInUse({ revokedAt, expiresAt }: Pick<KeyRecord, 'revokedAt' | 'expiresAt'>, now: Instant): boolean {
  return revokedAt === null && (expiresAt === null || now.isBefore(expiresAt));
}

/** The row of a new key. Throws `INPUT_INVALID`, see `KeyStore.create`. */
export function newKeyRow(wanted: NewKey, id: string, now: Instant): KeyRow {
  const { role, scopes, expiresAt = null } = wanted;
  const label = checkReference('the name of a key', wanted.label);
  if (label.length > LABEL_LENGTH_MAX)
    throw invalid('the name of a key', `${label.length} characters`, `at most ${LABEL_LENGTH_MAX}`);
  if (expiresAt !== null && !now.isBefore(expiresAt))
    throw invalid('the expiry of a key', expiresAt.toString(), `an instant after ${now.toString()}`);
  return {
    id,
    secret_hash: '',
    label,
    role,
    subject: subjectOf(wanted, id),
    scopes: scopes === undefined ? null : canonicalJson(scopes.map((scope) => checkReference('a scope', scope))),
    created_at: now,
    expires_at: expiresAt,
    revoked_at: null,
  };
}

/** A person's key acts as that person, so that nobody can act on their own balance by another key; the server's acts as itself. */
function subjectOf({ role, subject }: NewKey, id: string): string {
  if (role !== 'server') return checkReference('whom a key acts as', subject ?? '');
  if (subject === undefined) return `key-${id}`;
  throw invalid('whom a key acts as', 'a subject for a key of the role server', 'none');
}

function invalid(
  what: string,
  found: string,
  expected: string,
): CarryoverError<{ what: string; found: string; expected: string }> {
  return new CarryoverError(inputInvalid, { what, found, expected });
}

/** A key's row as lists show it. */
export function recordOf(row: KeyRow): KeyRecord {
  const { id, label, role, subject, scopes, created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt } = row;
  return {
    id,
    label,
    role,
    subject,
    scopes: scopes === null ? null : (JSON.parse(scopes) as string[]),
    createdAt,
    expiresAt,
    revokedAt,
  };
}
