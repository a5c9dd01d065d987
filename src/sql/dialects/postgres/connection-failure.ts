import type { DriverFailureKind } from '../../driver-failure.ts';

/**
 * A failure that the server did not tell: no connection could be made, or it broke. The driver's own errors for these
 * differ only in their English texts, so they are wrapped where they arise.
 */
export class ConnectionFailure extends Error {
  readonly kind: Extract<DriverFailureKind, 'connection-lost' | 'connection-refused'>;

  constructor(kind: 'connection-lost' | 'connection-refused', cause: unknown) {
    super(kind === 'connection-lost' ? 'The connection to PostgreSQL was lost.' : 'PostgreSQL cannot be reached.', {
      cause,
    });
    this.name = 'ConnectionFailure';
    this.kind = kind;
  }
}

/** An error that the server sent, by its shape: the caller of `adopt` may use another copy of the `pg` package. */
export interface ServerError extends Error {
  /** Five characters. */
  readonly code: string;
  readonly severity: string;
  readonly constraint?: string | undefined;
  readonly column?: string | undefined;
  readonly routine?: string | undefined;
}

/** True for an error that the server sent. */
export function isServerError(error: unknown): error is ServerError {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return false;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) && typeof error.severity === 'string';
}

/** The server's own error as it came; anything else the driver reports while a statement runs means that the connection broke. */
export function asFailure(error: Error): ServerError | ConnectionFailure {
  return isServerError(error) ? error : new ConnectionFailure('connection-lost', error);
}

/**
 * Codes after which the server ends the connection or does not know the outcome itself: connection exceptions, an
 * operator's intervention other than a cancelled statement, transaction time limits, and "statement completion unknown".
 */
const ENDS_CONNECTION = /^(08...|57P..|25P03|25P04|40003)$/;

/** True when a COMMIT that failed this way may nevertheless have happened. */
export function leavesOutcomeOpen(error: unknown): boolean {
  return error instanceof ConnectionFailure || (isServerError(error) && ENDS_CONNECTION.test(error.code));
}

/** True when a statement was not run because the server lost its kept form, or that form gives other columns by now. */
export function isPlanLost(error: unknown): boolean {
  if (!isServerError(error)) return false;
  return error.code === '26000' || (error.code === '0A000' && error.routine === 'RevalidateCachedQuery');
}
