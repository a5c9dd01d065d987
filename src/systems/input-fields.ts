import { Type, type TSchema } from 'typebox';
import { OPERATION_KEY_LENGTH_MAX } from './write-call.ts';

/** An input of exactly these members: an unknown one is a typing mistake and refused. */
export function inputOf(members: Readonly<Record<string, TSchema>>): TSchema {
  return Type.Object(members, { additionalProperties: false });
}

/** A member that may be left out. */
export function optional(field: TSchema): TSchema {
  return Type.Optional(field);
}

/** An id as decimal text. */
export function id(description: string): TSchema {
  return Type.String({ pattern: '^[1-9][0-9]{0,17}$', description });
}

/** A calendar month. */
export function month(description: string): TSchema {
  return Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$', description });
}

/** A calendar day. */
export function date(description: string): TSchema {
  return Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$', description });
}

/** A point in time with its offset. */
export function instant(description: string): TSchema {
  return Type.String({ minLength: 16, maxLength: 40, description });
}

/** One of a few words. */
export function oneOf(words: readonly string[], description: string): TSchema {
  return Type.Union(
    words.map((word) => Type.Literal(word)),
    { description },
  );
}

/** A free text. */
export function text(description: string, lengthMax = 500): TSchema {
  return Type.String({ minLength: 1, maxLength: lengthMax, description });
}

/** Yes or no. */
export function flag(description: string): TSchema {
  return Type.Boolean({ description });
}

/** The members that most operations share. */
export const key: TSchema = Type.String({
  minLength: 1,
  maxLength: OPERATION_KEY_LENGTH_MAX,
  description: 'Names this call: repeated with the same content it is done once and answered the same',
});
/** See `key`. */
export const reason: TSchema = text('Why, for the audit');
/** Where a page of rows begins. */
export const after: TSchema = Type.String({
  maxLength: 200,
  description: 'The "next" of the page before; leave out for the first page',
});
/** How many rows a page has. */
export const limit: TSchema = Type.Integer({
  minimum: 1,
  maximum: 1000,
  default: 200,
  description: 'Rows of one page',
});
