import { Type, type TSchema } from 'typebox';
import { REFERENCE_LENGTH_MAX } from '../../../base/names.ts';

export * from '../../input-fields.ts';

/** Sources are part of keys, which are longer by a word. */
const SOURCE_LENGTH_MAX = 150;

/** A text that names something elsewhere. */
export function reference(description: string, lengthMax: number = REFERENCE_LENGTH_MAX): TSchema {
  return Type.String({ minLength: 1, maxLength: lengthMax, description });
}

/** Dollars, more than zero or zero, with up to six decimals. */
export function dollars(description: string): TSchema {
  return Type.String({ pattern: '^[0-9]{1,12}([.][0-9]{1,6})?$', description });
}

/** Dollars up or down. */
export function signedDollars(description: string): TSchema {
  return Type.String({ pattern: '^-?[0-9]{1,12}([.][0-9]{1,6})?$', description });
}

/** A number of tokens. */
export function tokens(description: string): TSchema {
  return Type.Integer({ minimum: 0, maximum: 1_000_000_000_000, description });
}

/** The user, as most operations name one. */
export const userId: TSchema = reference('The user');
/** What is charged: a message, a job. Charged once per user, whatever the key of the call (U-44). */
export const sourceId: TSchema = reference('What is charged, such as a message; it is charged once', SOURCE_LENGTH_MAX);

/** A number of hours. */
export function hours(description: string): TSchema {
  return Type.Integer({ minimum: 1, maximum: 720, description });
}
