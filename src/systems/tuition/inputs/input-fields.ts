import { Type, type TSchema } from 'typebox';
import { id } from '../../input-fields.ts';

export * from '../../input-fields.ts';

/** A decimal amount of the school's currency. */
export function money(description: string): TSchema {
  return Type.String({ pattern: '^[0-9]{1,15}([.][0-9]{1,6})?$', description });
}

/** A fee of an enrolment's own, or `none`. */
export function ownFee(description: string): TSchema {
  return Type.String({ pattern: '^(none|[0-9]{1,15}([.][0-9]{1,6})?)$', description });
}

/** A number of sessions. */
export function sessions(description: string, { minimum, maximum }: { minimum: number; maximum: number }): TSchema {
  return Type.Integer({ minimum, maximum, description });
}

/** Some ids. */
export function ids(description: string): TSchema {
  return Type.Array(id('Id'), { minItems: 1, maxItems: 1000, description });
}

/** The pupil, as most operations name one. */
export const studentId: TSchema = id('The pupil');
/** See `studentId`. */
export const groupId: TSchema = id('The group');
