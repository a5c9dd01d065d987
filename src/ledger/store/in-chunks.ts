/**
 * Rows that travel in one statement. Too few costs round trips; too many makes one parameter of many megabytes, which
 * MySQL refuses above its packet limit (16 MB by default): 2,000 rows of the widest table stay near 4 MB.
 */
export const CHUNK_ROWS_MAX = 2_000;

/** Cuts a list into pieces of at most `CHUNK_ROWS_MAX`; none for an empty list. */
export function* inChunks<T>(items: readonly T[], rowsMax: number = CHUNK_ROWS_MAX): Generator<readonly T[]> {
  if (items.length <= rowsMax) {
    if (items.length > 0) yield items;
    return;
  }
  for (let start = 0; start < items.length; start += rowsMax) yield items.slice(start, start + rowsMax);
}
