import { inputInvalid } from '../base/base-errors.ts';
import { CarryoverError } from '../base/errors.ts';
import { checkReference } from '../base/names.ts';

/** Longest Idempotency-Key, in characters. Systems keep it with a word of theirs in front, so it may not be as long as a reference. */
export const KEY_LENGTH_MAX = 160;

/** Checks an Idempotency-Key as it came and answers it. Throws `INPUT_INVALID` for one that is no reference, or longer than is kept. */
export function checkIdempotencyKey(given: string): string {
  const key = checkReference('the Idempotency-Key', given);
  if (key.length <= KEY_LENGTH_MAX) return key;
  const expected = `at most ${KEY_LENGTH_MAX}`;
  throw new CarryoverError(inputInvalid, {
    what: 'the Idempotency-Key',
    found: `${key.length} characters`,
    expected,
  });
}
