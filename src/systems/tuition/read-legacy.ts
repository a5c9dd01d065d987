import { sql, type RawBuilder } from 'kysely';
import type { LegacySource } from '../../cutover/descriptor.ts';
import type { Fragment } from '../../sql/contract/expressions.ts';
import type { TuitionPolicy } from './policy.ts';

export {
  aliased,
  columnsOf,
  flagOrFalse,
  flagOrTrue,
  isNone,
  isNoneOf,
  isOneOf,
  noFinding,
  shownId,
  unless,
  where,
} from '../legacy-pieces.ts';

/** What every query of this system is built from. */
export type TuitionSource = LegacySource<TuitionPolicy>;

/** `12:3`, the owner of both accounts of an enrolment. */
export function ownerOf(source: TuitionSource, studentId: Fragment, groupId: Fragment): RawBuilder<string> {
  const { concat, text } = source.expressions;
  return concat(text(studentId), sql.lit(':'), text(groupId));
}

/** `enrolment 12:3`, what findings call an enrolment. */
export function enrolmentSubject(source: TuitionSource, studentId: Fragment, groupId: Fragment): RawBuilder<string> {
  const { concat, text } = source.expressions;
  return concat(sql.lit('enrolment '), text(studentId), sql.lit(':'), text(groupId));
}
