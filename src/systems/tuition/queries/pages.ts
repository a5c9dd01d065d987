import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import { PAGE_LIMIT, readCursor, type Page, type PageRequest } from '../../pages.ts';
import type { Reads } from './legacy-reads.ts';
import { loadEnrolments, type EnrolmentFacts } from './load-enrolments.ts';

export { pageByIdBelow, pageOf, type Page, type PageRequest } from '../../pages.ts';

/** Enrolments page by page in order of pupil and group; a row that changes meanwhile is neither skipped nor told twice. */
export async function pageOfEnrolments(
  reads: Reads,
  { where, page, now }: { readonly where: RawBuilder<boolean>; readonly page: PageRequest; readonly now: Instant },
): Promise<Page<EnrolmentFacts>> {
  const limit = page.limit ?? PAGE_LIMIT;
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

function isAfter(after: string | undefined): RawBuilder<boolean> {
  if (after === undefined || after === '') return sql<boolean>`1 = 1`;
  const [studentId, groupId] = readCursor(after, /^(\d{1,18}):(\d{1,18})$/);
  return sql<boolean>`(e.student_id > ${studentId} or (e.student_id = ${studentId} and e.group_id > ${groupId}))`;
}
