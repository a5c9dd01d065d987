import { Type, type TSchema } from 'typebox';
import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';

// What goes over the wire, in both directions: amounts and ids as decimal texts, instants as ISO texts.

/** An object of exactly these members. */
export function closed(members: Readonly<Record<string, TSchema>>, description?: string): TSchema {
  return Type.Object(members, { additionalProperties: false, ...(description === undefined ? {} : { description }) });
}

/** A member that may be left out. */
export function optional(schema: TSchema): TSchema {
  return Type.Optional(schema);
}

/** A value, or null. */
export function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}

/** An amount in its unit's decimals. */
export function amount(description: string): TSchema {
  return Type.String({ pattern: '^-?[0-9]{1,19}([.][0-9]{1,12})?$', description });
}

/** The id of an account, or the number of an entry. */
export function number(description: string): TSchema {
  return Type.String({ pattern: '^(0|[1-9][0-9]{0,17})$', description });
}

/** A text that names something: a key, an owner, a kind. */
export function reference(description: string, lengthMax: number = REFERENCE_LENGTH_MAX): TSchema {
  return Type.String({ minLength: 1, maxLength: lengthMax, description });
}

/** A free text. */
export function text(description: string, lengthMax = 500): TSchema {
  return Type.String({ minLength: 1, maxLength: lengthMax, description });
}

/** A point in time with its offset, in ISO 8601. */
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

/** How many rows a page has. */
export const limit: TSchema = Type.Integer({
  minimum: 1,
  maximum: 1000,
  default: 100,
  description: 'Rows of one page',
});

/** Where a page begins. */
export const after: TSchema = Type.String({
  pattern: '^[0-9]{1,18}$',
  description: 'The "next" of the page before; leave out for the first page',
});

/** Where the next page begins. */
export const next: TSchema = nullable(
  Type.String({ description: 'To give as "after" for the page that follows; null on the last' }),
);
