import { CarryoverError } from '../../base/errors.ts';
import type { Authenticate } from '../authenticate.ts';
import { unauthenticated } from '../http-errors.ts';
import type { Principal } from '../principal.ts';
import { parseApiKey, type ApiKey } from './api-key.ts';
import type { VerifyToken } from './verify-token.ts';

/** Says whose a key is, undefined where it is not accepted: unknown, wrong, expired or revoked. */
export type VerifyKey = (key: ApiKey) => Promise<Principal | undefined>;

/** Tells callers by the header Authorization: an API key, or a token where tokens are configured. Nobody gets in without either. */
export function authenticateCallers(by: {
  readonly verifyKey: VerifyKey;
  readonly verifyToken?: VerifyToken | undefined;
}): Authenticate {
  return async ({ authorization }) => {
    if (authorization === undefined) throw new CarryoverError(unauthenticated, { found: 'no key and no token' });
    const credential = /^Bearer ([^\s]{1,8192})$/i.exec(authorization)?.[1];
    if (credential === undefined)
      throw new CarryoverError(unauthenticated, { found: 'an Authorization of another form' });
    const key = parseApiKey(credential);
    if (key !== undefined) return accepted(await by.verifyKey(key));
    if (by.verifyToken !== undefined && !credential.startsWith('co_')) return by.verifyToken(credential);
    throw new CarryoverError(unauthenticated, { found: 'a key that is not accepted' });
  };
}

function accepted(principal: Principal | undefined): Principal {
  if (principal === undefined) throw new CarryoverError(unauthenticated, { found: 'a key that is not accepted' });
  return principal;
}
