import { Temporal } from 'temporal-polyfill';
import { CarryoverError } from './errors.ts';
import { inputInvalid } from './base-errors.ts';

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)$/;
const OWN_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
/** What the codes of two digits hold beside their number. */
const TWO_ZEROS = '0'.charCodeAt(0) * 11;
const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const MILLIS_OF_400_YEARS = 146_097 * 86_400_000;
const MICROS_MIN = -62_135_596_800_000_000n;
const MICROS_MAX = BigInt(Date.UTC(9999, 11, 31, 23, 59, 59, 999)) * 1000n + 999n;

/**
 * A point in time, in whole microseconds since 1970-01-01T00:00:00Z. Microseconds because that is the finest that
 * PostgreSQL and MySQL store; a class rather than a string or Date so that drivers encode it by its type, never by its looks.
 */
export class Instant {
  readonly epochMicros: bigint;
  /** What `toString` gives, where it was read from just that: what a database holds is often written down again as it came. */
  readonly #text: string | undefined;

  private constructor(epochMicros: bigint, text?: string) {
    this.epochMicros = epochMicros;
    this.#text = text;
  }

  /** Throws `INPUT_INVALID` outside the years 0001 to 9999. */
  static fromEpochMicros(epochMicros: bigint): Instant {
    refuseBeyond(epochMicros);
    return new Instant(epochMicros);
  }

  /** Takes the milliseconds a `Date` or `Date.now()` gives. */
  static fromEpochMillis(epochMillis: number): Instant {
    return Instant.fromEpochMicros(BigInt(Math.trunc(epochMillis)) * 1000n);
  }

  /**
   * Reads ISO 8601 with an offset (`2026-11-01T08:00:00Z`, `... +02:00`); digits past the microsecond are cut off.
   * Throws `INPUT_INVALID` for a text without an offset: a time without a zone names no instant.
   */
  static parse(text: string): Instant {
    if (OWN_FORM.test(text)) return Instant.#parseOwnForm(text);
    const match = ISO.exec(text);
    if (match === null)
      throw badInstant(JSON.stringify(text.slice(0, 40)), 'ISO 8601 with an offset, such as 2026-11-01T08:00:00Z');
    const [, year, month, day, hour, minute, second = '0', fraction = '', offset = 'Z'] = match;
    const millis = utcMillis([year, month, day].map(Number), [hour, minute, second].map(Number));
    if (millis === undefined) throw badInstant(JSON.stringify(text), 'a date and time that exist');
    const micros = BigInt(fraction.slice(0, 6).padEnd(6, '0'));
    return Instant.fromEpochMicros(BigInt(millis) * 1000n + micros - offsetMicros(offset));
  }

  /** The same for what `toString` gives, digit by digit: an embedded database hands over millions of them. */
  static #parseOwnForm(text: string): Instant {
    const two = (at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - TWO_ZEROS;
    const millis = utcMillis([two(0) * 100 + two(2), two(5), two(8)], [two(11), two(14), two(17)]);
    if (millis === undefined) throw badInstant(JSON.stringify(text), 'a date and time that exist');
    const micros = BigInt(millis) * 1000n + BigInt(two(20) * 10_000 + two(22) * 100 + two(24));
    refuseBeyond(micros);
    return new Instant(micros, text);
  }

  /** ISO 8601 in UTC with six decimals, always 27 characters, so that texts sort as instants do. */
  toString(): string {
    if (this.#text !== undefined) return this.#text;
    const millis = floorDivide(this.epochMicros, 1000n);
    const micros = this.epochMicros - millis * 1000n;
    return `${new Date(Number(millis)).toISOString().slice(0, 23)}${micros.toString().padStart(3, '0')}Z`;
  }

  /** The wire form, so that an instant inside any JSON reads the same. */
  toJSON(): string {
    return this.toString();
  }

  /** Negative, zero or positive as this is before, equal to or after the other. */
  compare(other: Instant): number {
    return this.epochMicros < other.epochMicros ? -1 : this.epochMicros > other.epochMicros ? 1 : 0;
  }

  /** True when this is strictly before the other. */
  isBefore(other: Instant): boolean {
    return this.epochMicros < other.epochMicros;
  }

  /** This instant moved by a number of milliseconds, which may be negative. */
  plusMillis(millis: number): Instant {
    return Instant.fromEpochMicros(this.epochMicros + BigInt(Math.trunc(millis)) * 1000n);
  }

  /** The wall clock and calendar of a zone at this instant, for calendar arithmetic (months, weekdays, daylight saving). */
  inZone(zone: string): Temporal.ZonedDateTime {
    return new Temporal.Instant(this.epochMicros * 1000n).toZonedDateTimeISO(zone);
  }

  /** The instant a zoned wall clock names, cut to the microsecond. */
  static fromZoned(zoned: Temporal.ZonedDateTime): Instant {
    return Instant.fromEpochMicros(floorDivide(zoned.epochNanoseconds, 1000n));
  }
}

function refuseBeyond(epochMicros: bigint): void {
  if (epochMicros < MICROS_MIN || epochMicros > MICROS_MAX)
    throw badInstant(`${epochMicros} microseconds`, 'the years 0001 to 9999');
}

/** Undefined for a date or time of day that does not exist. */
function utcMillis(date: readonly number[], time: readonly number[]): number | undefined {
  const [year = 0, month = 0, day = 0] = date;
  const [hour = 0, minute = 0, second = 0] = time;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : DAYS_OF_MONTHS[month - 1];
  if (days === undefined || day < 1 || day > days || hour > 23 || minute > 59 || second > 59) return undefined;
  // Years below 100 would be read as of the twentieth century; the calendar repeats every 400 years.
  return year >= 100
    ? Date.UTC(year, month - 1, day, hour, minute, second)
    : Date.UTC(year + 400, month - 1, day, hour, minute, second) - MILLIS_OF_400_YEARS;
}

function offsetMicros(offset: string): bigint {
  if (offset === 'Z') return 0n;
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return BigInt(offset.startsWith('-') ? -minutes : minutes) * 60_000_000n;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function badInstant(
  found: string,
  expected: string,
): CarryoverError<{ what: string; found: string; expected: string }> {
  return new CarryoverError(inputInvalid, { what: 'an instant', found, expected });
}
