/**
 * Longest body read, in bytes. A bulk of 1,000 commands fits; much longer ones would let few callers hold much memory, and checking them
 * would keep all others waiting.
 */
export const BODY_BYTES_MAX = 1_048_576;

/**
 * Longest line and headers of a request together, in bytes. Four times a token of the usual size fits; each open connection may hold as
 * much memory.
 */
export const HEADER_BYTES_MAX = 16_384;

/** How long a caller may take to send a request: too short cuts off slow lines, too long lets idle connections pile up. */
export const REQUEST_TIMEOUT_SECONDS = 30;

/**
 * Keys and tokens of one address that may be refused in a minute before no unknown one is judged. Guessing 256 bits is hopeless at any
 * rate; this bounds the queries that it costs. Fewer would let one wrong key in a loop shut out newcomers behind a shared address.
 */
export const AUTHENTICATION_FAILURES_PER_MINUTE = 300;
