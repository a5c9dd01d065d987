import { Type, type TSchema } from 'typebox';
import { checkValue, type ValueFlaw } from '../../base/check-value.ts';
import { CarryoverError } from '../../base/errors.ts';
import { AUTHENTICATION_FAILURES_PER_MINUTE, REQUEST_TIMEOUT_SECONDS } from '../../http/server-limits.ts';
import { isTrustedProxy, TRUSTED_PROXY_FORM } from '../../http/trusted-proxies.ts';
import { configInvalid } from '../app-errors.ts';

/** A process each; more than there are processors take turns, and each has connections to the database of its own. */
export const WORKERS_MAX = 64;

/** How the service listens and whom it answers; every member has a default. */
export interface HttpSettings {
  /** 127.0.0.1 unless said otherwise: a service that is open to a network is a decision. */
  readonly host: string;
  readonly port: number;
  /** Origins that browsers may call from, such as `https://app.example`; none. */
  readonly origins: readonly string[];
  /** Requests that one caller may make in a minute. */
  readonly requestsPerMinute: number;
  /** Addresses or ranges of proxies in front whose word on the caller's address is believed; none. */
  readonly trustedProxies: readonly string[];
  /** Keys and tokens of one address that may be refused in a minute before no unknown one is judged. */
  readonly authenticationFailuresPerMinute: number;
  /** How long a caller may take to send a request. */
  readonly requestTimeoutSeconds: number;
  /** Processes that `carryover serve` starts to serve together. Each counts the limits above by itself. */
  readonly workers: number;
}

/** Which tokens are believed besides API keys. Exactly one of `secretEnv` and `jwksUrl`. */
export interface JwtSettings {
  /** The environment variable with the secret of HS256, as Supabase gives it. */
  readonly secretEnv?: string;
  /** Where the issuer publishes its keys. */
  readonly jwksUrl?: string;
  readonly issuer: string;
  readonly audience: string;
  /** Pinned; ES256 and RS256 for a key set, HS256 for a secret. */
  readonly algorithms?: readonly string[];
  readonly clockSkewSeconds: number;
  /** Where a token says the role, members joined by dots. Users must not be able to write it themselves. */
  readonly roleClaim: string;
  /** Where a token lists the owners that a user may act for, such as a parent's pupils; likewise. */
  readonly ownersClaim?: string;
}

const closed = { additionalProperties: false };

/** The form of `http` in the configuration. */
export const httpSchema: TSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, default: '127.0.0.1' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 4300 }),
    origins: Type.Array(Type.String({ pattern: '^https?://[^/]+$' }), { default: [] }),
    requestsPerMinute: Type.Integer({ minimum: 1, default: 60_000 }),
    trustedProxies: Type.Array(Type.String({ minLength: 1 }), { default: [] }),
    authenticationFailuresPerMinute: Type.Integer({ minimum: 1, default: AUTHENTICATION_FAILURES_PER_MINUTE }),
    requestTimeoutSeconds: Type.Integer({ minimum: 1, maximum: 3600, default: REQUEST_TIMEOUT_SECONDS }),
    workers: Type.Integer({ minimum: 1, maximum: WORKERS_MAX, default: 1 }),
  },
  closed,
);

/** The form of `identity.jwt` in the configuration. */
export const jwtSchema: TSchema = Type.Object(
  {
    secretEnv: Type.Optional(Type.String({ minLength: 1 })),
    jwksUrl: Type.Optional(Type.String({ pattern: '^https?://' })),
    issuer: Type.String({ minLength: 1 }),
    audience: Type.String({ minLength: 1 }),
    algorithms: Type.Optional(
      Type.Array(Type.Union(['HS256', 'RS256', 'ES256', 'EdDSA'].map((name) => Type.Literal(name))), { minItems: 1 }),
    ),
    clockSkewSeconds: Type.Integer({ minimum: 0, maximum: 300, default: 30 }),
    roleClaim: Type.String({ minLength: 1, default: 'app_metadata.carryover_role' }),
    ownersClaim: Type.Optional(Type.String({ minLength: 1 })),
  },
  closed,
);

/** The settings of a configuration with their defaults. Throws `CONFIG_INVALID`. */
export function configuredHttp({ http = {} }: { readonly http?: Partial<HttpSettings> }): HttpSettings {
  const checked = checkValue<HttpSettings>(httpSchema, http);
  if ('flaw' in checked) throw invalidHttp(checked.flaw);
  const flaw = proxyFlaw(checked.value.trustedProxies);
  if (flaw !== undefined) throw invalidHttp(flaw);
  return checked.value;
}

function invalidHttp({ path, found, expected }: ValueFlaw): CarryoverError<object> {
  return new CarryoverError(configInvalid, { file: 'the configuration', path: `http.${path}`, found, expected });
}

function proxyFlaw(entries: readonly string[]): ValueFlaw | undefined {
  const index = entries.findIndex((entry) => !isTrustedProxy(entry));
  if (index < 0) return undefined;
  const found = JSON.stringify(entries[index]?.slice(0, 40));
  return { path: `trustedProxies.${index}`, found, expected: TRUSTED_PROXY_FORM };
}
