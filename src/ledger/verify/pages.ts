/** Rows read at once where each must be looked at outside the database: some megabytes of the widest table. */
export const PAGE_ROWS_MAX = 5_000;

/** Reads page after page, each behind the last row of the one before, until a page is not full. */
export async function* pages<Row>(
  read: (after: Row | undefined, rowsMax: number) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  let after: Row | undefined;
  for (;;) {
    const rows = await read(after, PAGE_ROWS_MAX);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE_ROWS_MAX) return;
    after = rows.at(-1);
  }
}

/** A JSON column's value whichever way the engine gives it; undefined where the text is no JSON. */
export function storedJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
