import { parseAmount } from '../../../base/amounts.ts';
import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { Instant } from '../../../base/instant.ts';
import { checkReference } from '../../../base/names.ts';
import { usd } from '../money.ts';

/** A user id as the accounts have it. Throws `INPUT_INVALID`. */
export function readUserId(text: string): string {
  return checkReference('a user id', text);
}

/** Micro-dollars of more than zero. Throws `INPUT_INVALID`: an amount of nothing leaves no row (U-32). */
export function readDollars(what: string, text: string): bigint {
  const amount = parseAmount(text, usd);
  if (amount > 0n) return amount;
  throw new CarryoverError(inputInvalid, { what, found: text, expected: 'more than zero' });
}

/** Micro-dollars up or down, not zero. Throws `INPUT_INVALID` (U-32). */
export function readSignedDollars(what: string, text: string): bigint {
  const amount = parseAmount(text, usd);
  if (amount !== 0n) return amount;
  throw new CarryoverError(inputInvalid, { what, found: text, expected: 'an amount other than zero' });
}

/** A reason with words in it. Throws `INPUT_INVALID` for blanks (U-32). */
export function readReason(text: string): string {
  const reason = text.trim();
  if (reason.length > 0) return reason;
  throw new CarryoverError(inputInvalid, { what: 'a reason', found: 'blanks', expected: 'words' });
}

/** An instant that must lie after now. Throws `INPUT_INVALID`. */
export function readFuture(what: string, text: string, now: Instant): Instant {
  const instant = Instant.parse(text);
  if (now.isBefore(instant)) return instant;
  throw new CarryoverError(inputInvalid, {
    what,
    found: instant.toString(),
    expected: `an instant after ${now.toString()}`,
  });
}

/** The id of a row. Throws `INPUT_INVALID`. */
export function readId(what: string, text: string): bigint {
  if (/^[1-9]\d{0,17}$/.test(text)) return BigInt(text);
  throw new CarryoverError(inputInvalid, {
    what,
    found: JSON.stringify(text.slice(0, 40)),
    expected: 'a whole number from 1',
  });
}
