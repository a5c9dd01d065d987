/** The smallest and largest integers that all three engines hold. */
export const INT64_MIN: bigint = -(2n ** 63n);
/** See `INT64_MIN`. */
export const INT64_MAX: bigint = 2n ** 63n - 1n;

/** True when a value can be stored as a 64-bit integer column on every engine. */
export function isInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX;
}
