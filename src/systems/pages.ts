import { sql, type RawBuilder } from 'kysely';
import { CarryoverError } from '../base/errors.ts';
import { inputInvalid } from '../base/base-errors.ts';

/** One page of rows, and where the next one begins: a text to give as `after`, null after the last page. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** Which page is wanted. */
export interface PageRequest {
  readonly after?: string;
  readonly limit?: number;
}

/** Rows of a page where no limit is given. */
export const PAGE_LIMIT = 200;

/** Newest first: the rows of a table with an id before the one that the page begins after. */
export function pageByIdBelow(
  page: PageRequest,
  column: string,
): { readonly where: RawBuilder<boolean>; readonly limit: number } {
  const limit = page.limit ?? PAGE_LIMIT;
  if (page.after === undefined || page.after === '') return { where: sql<boolean>`1 = 1`, limit };
  const [id] = readCursor(page.after, /^(\d{1,18})$/);
  return { where: sql<boolean>`${sql.ref(column)} < ${id}`, limit };
}

/** Cuts one row too many off, which only says that there are more. */
export function pageOf<Row extends { readonly id: string }>(rows: readonly Row[], limit: number): Page<Row> {
  const kept = rows.slice(0, limit);
  return { rows: kept, next: rows.length > limit ? (kept.at(-1)?.id ?? null) : null };
}

/** The parts of a cursor by the groups of its form, as whole numbers. Throws `INPUT_INVALID` for a text of another form. */
export function readCursor(text: string, form: RegExp): readonly bigint[] {
  const match = form.exec(text);
  if (match !== null) return match.slice(1).map(BigInt);
  throw new CarryoverError(inputInvalid, {
    what: 'where a page begins',
    found: JSON.stringify(text.slice(0, 40)),
    expected: 'the "next" of the page before',
  });
}
