import { CarryoverError } from './errors.ts';
import { inputInvalid } from './base-errors.ts';

/** Longest key, owner or reference: 191 four-byte characters fit the index of every engine. */
export const REFERENCE_LENGTH_MAX = 191;

/**
 * Checks a key, owner, kind or other reference from outside: 1 to 191 characters, no control characters, no lone
 * surrogates, no space at either end. MySQL pads trailing spaces when it compares and PostgreSQL refuses NUL, so such
 * texts would be two references on one engine and one on another. Throws `INPUT_INVALID`; returns the text unchanged.
 */
export function checkReference(what: string, text: string): string {
  const flaw = referenceFlaw(text);
  if (flaw !== undefined)
    throw new CarryoverError(inputInvalid, {
      what,
      found: flaw,
      expected: `1 to ${REFERENCE_LENGTH_MAX} printable characters without spaces at the ends`,
    });
  return text;
}

/** What is wrong with a reference, or undefined when it is good. */
export function referenceFlaw(text: string): string | undefined {
  if (typeof text !== 'string') return `a ${typeof text}`;
  if (text.length === 0) return 'an empty text';
  if (text.length > REFERENCE_LENGTH_MAX) return `${text.length} characters`;
  if (/[\u0000-\u001f\u007f-\u009f]/u.test(text)) return 'a control character';
  if (!text.isWellFormed()) return 'half of a surrogate pair';
  if (text.trim() !== text) return 'a space at an end';
  return undefined;
}
