import { sql, type RawBuilder } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import type { Instant } from '../../../base/instant.ts';
import type { Reads } from './legacy-reads.ts';
import { loadEnrolments, type EnrolmentFacts } from './load-enrolments.ts';

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

const LIMIT = 200;

/** Enrolments page by page in order of pupil and group; a row that changes meanwhile is neither skipped nor told twice. */
export async function pageOfEnrolments(
  reads: Reads,
  { where, page, now }: { readonly where: RawBuilder<boolean>; readonly page: PageRequest; readonly now: Instant },
): Promise<Page<EnrolmentFacts>> {
  const limit = page.limit ?? LIMIT;
  const found = await loadEnrolments(
    reads,
    { where: sql<boolean>`(${where}) and ${isAfter(page.after)}`, limit: limit + 1 },
    now,
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last !== undefined ? `${last.studentId}:${last.groupId}` : null };
}

/** Every enrolment, some at a time, so that a school of any size passes through. */
export async function* allEnrolments(
  reads: Reads,
  { where, now }: { readonly where: RawBuilder<boolean>; readonly now: Instant },
): AsyncGenerator<EnrolmentFacts> {
  let after: string | null = null;
  do {
    const page: Page<EnrolmentFacts> = await pageOfEnrolments(reads, {
      where,
      now,
      page: after === null ? {} : { after },
    });
    yield* page.rows;
    after = page.next;
  } while (after !== null);
}

/** Newest first: the rows of a table with an id before the one that the page begins after. */
export function pageByIdBelow(
  page: PageRequest,
  column: string,
): { readonly where: RawBuilder<boolean>; readonly limit: number } {
  const limit = page.limit ?? LIMIT;
  if (page.after === undefined || page.after === '') return { where: sql<boolean>`1 = 1`, limit };
  const [id] = cursor(page.after, /^(\d{1,18})$/);
  return { where: sql<boolean>`${sql.ref(column)} < ${id}`, limit };
}

/** Cuts one row too many off, which only says that there are more. */
export function pageOf<Row extends { readonly id: string }>(rows: readonly Row[], limit: number): Page<Row> {
  const kept = rows.slice(0, limit);
  return { rows: kept, next: rows.length > limit ? (kept.at(-1)?.id ?? null) : null };
}

function isAfter(after: string | undefined): RawBuilder<boolean> {
  if (after === undefined || after === '') return sql<boolean>`1 = 1`;
  const [studentId, groupId] = cursor(after, /^(\d{1,18}):(\d{1,18})$/);
  return sql<boolean>`(e.student_id > ${studentId} or (e.student_id = ${studentId} and e.group_id > ${groupId}))`;
}

function cursor(text: string, form: RegExp): readonly bigint[] {
  const match = form.exec(text);
  if (match !== null) return match.slice(1).map(BigInt);
  throw new CarryoverError(inputInvalid, {
    what: 'where a page begins',
    found: JSON.stringify(text.slice(0, 40)),
    expected: 'the "next" of the page before',
  });
}
