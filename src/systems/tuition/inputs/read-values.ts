import { defineUnit, formatAmount, parseAmount, type Unit } from '../../../base/amounts.ts';
import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { Instant } from '../../../base/instant.ts';
import type { TuitionPolicy } from '../policy.ts';
import { instantOutOfOrder } from '../tuition-errors.ts';
import type { EnrolmentId } from '../writes/lock-enrolments.ts';

/** The pupil and group of an input. */
export function readEnrolmentId(input: { readonly studentId: string; readonly groupId: string }): EnrolmentId {
  return { studentId: readId('a pupil id', input.studentId), groupId: readId('a group id', input.groupId) };
}

/** An id from its decimal text. Throws `INPUT_INVALID`. */
export function readId(what: string, text: string): bigint {
  if (/^[1-9]\d{0,17}$/.test(text)) return BigInt(text);
  throw new CarryoverError(inputInvalid, {
    what,
    found: JSON.stringify(text.slice(0, 40)),
    expected: 'a whole number from 1',
  });
}

/** The school's unit of money. */
export function moneyUnit({ currency, currencyScale }: Pick<TuitionPolicy, 'currency' | 'currencyScale'>): Unit {
  return defineUnit(currency, currencyScale);
}

/** An amount of money in minor units, from its decimal text. Throws `INPUT_INVALID` for less than the smallest coin. */
export function readMoney(text: string, policy: TuitionPolicy): bigint {
  const amount = parseAmount(text, moneyUnit(policy));
  if (amount > 0n) return amount;
  throw new CarryoverError(inputInvalid, { what: 'an amount', found: text, expected: 'more than zero' });
}

/** An amount of money as decimal text. */
export function writeMoney(amount: bigint, policy: Pick<TuitionPolicy, 'currency' | 'currencyScale'>): string {
  return formatAmount(amount, moneyUnit(policy));
}

/** A calendar day that exists. Throws `INPUT_INVALID` for one such as 2026-02-30. */
export function readDate(what: string, text: string): string {
  try {
    return Instant.parse(`${text}T12:00:00Z`).toString().slice(0, 10);
  } catch (error) {
    throw new CarryoverError(
      inputInvalid,
      { what, found: JSON.stringify(text.slice(0, 40)), expected: 'a day that exists' },
      error,
    );
  }
}

/** An instant that must lie after now. Throws `INPUT_INVALID`, `TUITION_INSTANT_OUT_OF_ORDER`. */
export function readFuture(what: string, text: string, now: Instant): Instant {
  const instant = Instant.parse(text);
  if (now.isBefore(instant)) return instant;
  throw new CarryoverError(instantOutOfOrder, {
    what,
    found: instant.toString(),
    expected: `an instant after ${now.toString()}`,
  });
}

/** An instant that must not lie after now. Throws `INPUT_INVALID`, `TUITION_INSTANT_OUT_OF_ORDER`. */
export function readPast(what: string, text: string, now: Instant): Instant {
  const instant = Instant.parse(text);
  if (!now.isBefore(instant)) return instant;
  throw new CarryoverError(instantOutOfOrder, {
    what,
    found: instant.toString(),
    expected: `at most ${now.toString()}`,
  });
}

/** JSON of a column: text on some engines, parsed already on others. */
export function readJson(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}
