import type { DriverFailure, DriverFailureKind } from '../../driver-failure.ts';
import { APPEND_ONLY_SQLSTATE } from './append-only.ts';
import { GUARD_SQLSTATE } from './trigger-tools.ts';
import { ConnectionFailure, isPlanLost, isServerError, type ServerError } from './connection-failure.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html; what is not listed has no meaning of its own here. */
const KIND_BY_CODE: Readonly<Record<string, DriverFailureKind>> = {
  '23505': 'unique',
  '23P01': 'unique',
  '23503': 'foreign-key',
  '23514': 'check',
  '23502': 'not-null',
  '40P01': 'deadlock',
  '40001': 'serialization',
  '55P03': 'lock-timeout',
  '57014': 'statement-timeout',
  '57P01': 'connection-lost',
  '57P02': 'connection-lost',
  '57P04': 'connection-lost',
  '57P05': 'connection-lost',
  '25P03': 'connection-lost',
  '25P04': 'connection-lost',
  '40003': 'connection-lost',
  '57P03': 'connection-refused',
  '53300': 'connection-refused',
  '08001': 'connection-refused',
  '08004': 'connection-refused',
  '28000': 'authentication',
  '28P01': 'authentication',
  '3D000': 'database-missing',
  '25006': 'read-only',
  '53100': 'disk-full',
  '42501': 'privilege',
  '42P01': 'missing-object',
  '42703': 'missing-object',
  '42704': 'missing-object',
  '42883': 'missing-object',
  '3F000': 'missing-object',
  '22003': 'out-of-range',
  '22008': 'out-of-range',
  '22001': 'out-of-range',
  '42601': 'syntax',
  [APPEND_ONLY_SQLSTATE]: 'append-only',
  [GUARD_SQLSTATE]: 'guard',
};

/** See `Dialect.classify`. */
export function classify(error: unknown): DriverFailure | undefined {
  const seen = new Set<unknown>();
  for (let cause = error; cause instanceof Error && !seen.has(cause); cause = cause.cause) {
    seen.add(cause);
    const failure = classifyOne(cause);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function classifyOne(error: Error): DriverFailure | undefined {
  if (error instanceof ConnectionFailure) {
    // A refusal that the server explained, such as a wrong password, says more than that there is no connection.
    return classify(error.cause) ?? { kind: error.kind };
  }
  if (!isServerError(error)) return undefined;
  const kind = kindOf(error);
  if (kind === undefined) return undefined;
  const constraint = kind === 'append-only' || kind === 'guard' ? error.message : (error.constraint ?? error.column);
  return constraint === undefined ? { kind } : { kind, constraint };
}

function kindOf(error: ServerError): DriverFailureKind | undefined {
  // The driver has dropped the kept statement, so the next try parses it anew.
  if (isPlanLost(error)) return 'serialization';
  return KIND_BY_CODE[error.code] ?? (error.code.startsWith('08') ? 'connection-lost' : undefined);
}
