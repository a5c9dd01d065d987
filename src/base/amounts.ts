import { CarryoverError } from './errors.ts';
import { inputInvalid } from './base-errors.ts';
import { isInt64 } from './int64.ts';

/** What an account counts. `scale` is the number of decimal places of its smallest part: `usd`/6, `point`/2, `session`/0. */
export interface Unit {
  readonly name: string;
  readonly scale: number;
}

const UNIT_NAME = /^[a-z][a-z0-9_]{0,31}$/;

/** Declares a unit. Throws `INPUT_INVALID` for a name that is not lower snake case or a scale outside 0 to 12. */
export function defineUnit(name: string, scale: number): Unit {
  if (!UNIT_NAME.test(name)) {
    throw new CarryoverError(inputInvalid, {
      what: 'a unit name',
      found: quote(name),
      expected: 'lower snake case, at most 32 characters',
    });
  }
  if (!Number.isInteger(scale) || scale < 0 || scale > 12) {
    throw new CarryoverError(inputInvalid, {
      what: `the scale of unit "${name}"`,
      found: String(scale),
      expected: 'a whole number from 0 to 12',
    });
  }
  return Object.freeze({ name, scale });
}

/**
 * Reads a decimal string (`"12.50"`) into an integer count of the unit's smallest part.
 * Throws `INPUT_INVALID` for anything that is not a plain decimal, has more decimals than the unit, or leaves 64 bits.
 */
export function parseAmount(text: string, unit: Unit): bigint {
  const match = /^(-?)(\d{1,19})(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) throw badAmount(text, unit, 'a decimal such as 12 or 12.50');
  const [, sign, whole, fraction = ''] = match;
  if (fraction.length > unit.scale) throw badAmount(text, unit, `at most ${unit.scale} decimal places`);
  const parts = BigInt(`${whole}${fraction.padEnd(unit.scale, '0')}`);
  const amount = sign === '-' ? -parts : parts;
  if (!isInt64(amount)) throw badAmount(text, unit, 'an amount of at most 64 bits');
  return amount;
}

/** Writes an amount as a decimal string with exactly the unit's decimals: `1250n` of a scale of 2 is `"12.50"`. */
export function formatAmount(amount: bigint, unit: Unit): string {
  if (unit.scale === 0) return amount.toString();
  const digits = (amount < 0n ? -amount : amount).toString().padStart(unit.scale + 1, '0');
  const cut = digits.length - unit.scale;
  return `${amount < 0n ? '-' : ''}${digits.slice(0, cut)}.${digits.slice(cut)}`;
}

function badAmount(
  text: string,
  unit: Unit,
  expected: string,
): CarryoverError<{ what: string; found: string; expected: string }> {
  return new CarryoverError(inputInvalid, { what: `an amount of "${unit.name}"`, found: quote(text), expected });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
