/**
 * Longest body read, in bytes. A bulk of 1,000 commands fits; much longer ones would let few callers hold much memory, and checking them
 * would keep all others waiting.
 */
export const BODY_BYTES_MAX = 1_048_576;

/** How long a caller may take to send a request: too short cuts off slow lines, too long lets idle connections pile up. */
export const REQUEST_TIMEOUT_MS = 30_000;
