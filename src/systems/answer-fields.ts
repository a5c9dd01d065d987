import { Type, type TSchema } from 'typebox';

/** The schemas of an answer's members: one for each member of its type, so that a member that is added must be described. */
export type Members<Answer> = { readonly [Member in keyof Answer]-?: TSchema };

/** An answer of exactly these members. */
export function answerOf<Answer extends object>(members: Members<Answer>, description?: string): TSchema {
  return Type.Object(members, { additionalProperties: false, ...(description === undefined ? {} : { description }) });
}

/** What may also be null; the description is that of the value. */
export function nullable(field: TSchema): TSchema {
  const { description } = field as { readonly description?: string };
  return Type.Union([field, Type.Null()], description === undefined ? {} : { description });
}

/** An amount of dollars or of a school's money, as decimal text; negative where it may be. */
export function amount(description: string): TSchema {
  return Type.String({ pattern: '^-?[0-9]{1,19}([.][0-9]{1,18})?$', description });
}

/** A whole number of sessions or rows as decimal text, which may be larger than a JSON number can be. */
export function wholeText(description: string): TSchema {
  return Type.String({ pattern: '^-?[0-9]{1,19}$', description });
}

/** The id of a row as decimal text. */
export function id(description: string): TSchema {
  return Type.String({ pattern: '^[0-9]{1,19}$', description });
}

/** A number that is small enough for a JSON number, such as how many items an answer has. */
export function count(description: string): TSchema {
  return Type.Integer({ minimum: 0, description });
}

/** A point in time: ISO 8601 in UTC with microseconds. */
export function instant(description: string): TSchema {
  return Type.String({
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$',
    description: `${description}, in UTC`,
  });
}

/** A calendar day. */
export function date(description: string): TSchema {
  return Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description });
}

/** A calendar month. */
export function month(description: string): TSchema {
  return Type.String({ pattern: '^[0-9]{4}-[0-9]{2}$', description });
}

/** Any text. */
export function text(description: string): TSchema {
  return Type.String({ description });
}

/** Yes or no. */
export function flag(description: string): TSchema {
  return Type.Boolean({ description });
}

/** One of a few words. */
export function oneOf<Word extends string>(words: readonly Word[], description: string): TSchema {
  return Type.Union(
    words.map((word) => Type.Literal(word)),
    { description },
  );
}

/** A list of one kind of item. */
export function list(item: TSchema, description: string): TSchema {
  return Type.Array(item, { description });
}

/** Members by names that are not known beforehand. */
export function record(value: TSchema, description: string): TSchema {
  return Type.Record(Type.String(), value, { description });
}

/** Any JSON. */
export function json(description: string): TSchema {
  return Type.Unknown({ description });
}

/** The members of a page of rows. */
export function pageMembers(row: TSchema): { readonly rows: TSchema; readonly next: TSchema } {
  return {
    rows: list(row, 'The rows of this page'),
    next: nullable(text('Where the next page begins, to give as "after"; null after the last page')),
  };
}

/** A page of rows. */
export function pageOf(row: TSchema): TSchema {
  return Type.Object(pageMembers(row), { additionalProperties: false });
}
