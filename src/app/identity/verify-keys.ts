import type { Instant } from '../../base/instant.ts';
import type { VerifyKey } from '../../http/identity/authenticate-callers.ts';
import { isSecretOf } from '../../http/identity/api-key.ts';
import type { Principal } from '../../http/principal.ts';
import type { Database } from '../../sql/database.ts';
import { isInUse, type KeyRecord } from './key-row.ts';
import type { KeyStore } from './key-store.ts';

/**
 * How long what was read of a key is believed. Longer, a revoked key works on for as long in a process that has seen it; shorter, each
 * request costs two queries more.
 */
const KNOWN_FOR_MS = 5_000;

/** Keys remembered at once; the oldest goes first. */
const KNOWN_MAX = 10_000;

interface Known {
  readonly found: { readonly record: KeyRecord; readonly secretHash: string } | undefined;
  readonly readAt: Instant;
  readonly until: number;
}

/** Verifies keys against their store: the secret by its hash, in a time that tells nothing, then expiry and revocation. */
export function keyVerifier(store: KeyStore, database: Database): VerifyKey {
  const known = new Map<string, Known>();
  const look = async (id: string): Promise<Known> => {
    const remembered = known.get(id);
    if (remembered !== undefined && remembered.until > performance.now()) return remembered;
    const [found, readAt] = await Promise.all([store.find(id), database.dialect.statements.serverNow(database.handle)]);
    const looked = { found, readAt, until: performance.now() + KNOWN_FOR_MS };
    known.delete(id);
    // Ids of keys that do not exist are not kept: whoever guesses must not push out those of callers.
    if (found !== undefined) known.set(id, looked);
    if (known.size > KNOWN_MAX) known.delete(known.keys().next().value ?? '');
    return looked;
  };
  return async ({ id, secret }) => {
    const { found, readAt } = await look(id);
    const isRight = isSecretOf(secret, found?.secretHash);
    return isRight && found !== undefined && isInUse(found.record, readAt) ? principalOf(found.record) : undefined;
  };
}

function principalOf({ role, subject, scopes }: KeyRecord): Principal {
  return { actor: { kind: role === 'server' ? 'system' : 'person', id: subject }, role, scopes };
}
