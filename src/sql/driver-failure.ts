/**
 * What a driver's error means, alike on all engines. Each dialect maps its codes here once; nobody else reads a driver's
 * error. `retry` says whether the whole transaction may be run again from its start.
 */
export type DriverFailureKind =
  | 'unique'
  | 'foreign-key'
  | 'check'
  | 'not-null'
  | 'deadlock'
  | 'serialization'
  | 'lock-timeout'
  | 'statement-timeout'
  | 'connection-lost'
  | 'connection-refused'
  | 'authentication'
  | 'database-missing'
  | 'busy'
  | 'read-only'
  | 'disk-full'
  | 'privilege'
  | 'missing-object'
  | 'out-of-range'
  | 'append-only'
  | 'guard'
  | 'syntax';

/** A classified driver error. `constraint` is the violated constraint, index or trigger message where the driver tells it. */
export interface DriverFailure {
  readonly kind: DriverFailureKind;
  readonly constraint?: string;
}

/** Kinds after which the same transaction, begun anew, may succeed. A lock timeout is the caller's own limit, so it is not here. */
const RETRYABLE: ReadonlySet<DriverFailureKind> = new Set(['deadlock', 'serialization', 'busy']);

/** True when the whole transaction may be tried again at once. */
export function isTransient(failure: DriverFailure | undefined): boolean {
  return failure !== undefined && RETRYABLE.has(failure.kind);
}
