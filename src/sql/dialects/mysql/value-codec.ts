import type { TypeCastField } from 'mysql2';
import { Instant } from '../../../base/instant.ts';

const DATETIME = /^(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)$/;

/** A value that the driver writes into the statement as it stands. */
interface RawSql {
  toSqlString(): string;
}

/**
 * What a parameter becomes. Statements travel as text with their values written in: one round trip, no server-side statement
 * to keep, and alike on MySQL and MariaDB, whose prepared statements give parameters of JSON_TABLE different types.
 * Integers are written as their digits and instants as typed literals; texts are escaped by the driver, which is safe because
 * every session is utf8mb4 with backslash escapes. Throws TypeError for what cannot be sent exactly.
 */
export function encodeValue(value: unknown): string | null | Uint8Array | RawSql {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('a text parameter holds half of a surrogate pair');
      return value;
    case 'bigint':
      return rawSql(value.toString());
    case 'boolean':
      return rawSql(value ? 'true' : 'false');
    case 'number':
      if (!Number.isSafeInteger(value))
        throw new TypeError('a number parameter must be a whole number; give a bigint or a text');
      return rawSql(value.toString());
    default:
      if (value === null || value instanceof Uint8Array) return value;
      if (value instanceof Instant) return rawSql(`timestamp'${instantText(value)}'`);
      throw new TypeError(`a parameter of type ${typeof value} cannot be sent`);
  }
}

/** The 26 characters that `datetime(6)` is written as. */
export function instantText(value: Instant): string {
  return value.toString().replace('T', ' ').slice(0, -1);
}

/**
 * What the text of a column becomes: whole numbers `bigint`, points in time `Instant`, floats `number`, the rest text or bytes.
 * Never throws, because the driver loses its place in the stream when a column reader does.
 */
export function decodeField(field: TypeCastField, next: () => unknown): unknown {
  switch (field.type) {
    case 'TINY':
    case 'SHORT':
    case 'INT24':
    case 'LONG':
    case 'LONGLONG':
    case 'YEAR':
      return mapText(field.string('ascii'), BigInt);
    case 'FLOAT':
    case 'DOUBLE':
      return mapText(field.string('ascii'), Number);
    case 'DATETIME':
    case 'TIMESTAMP':
      return mapText(field.string('ascii'), instantOfText);
    case 'DECIMAL':
    case 'NEWDECIMAL':
    case 'DATE':
    case 'NEWDATE':
    case 'TIME':
      return field.string('ascii');
    case 'JSON':
      return field.string('utf8');
    case 'BIT':
      return bits(field.buffer());
    default:
      return field.extendedFormat === 'json' ? field.string('utf8') : next();
  }
}

/**
 * MySQL writes a missing date as zeros where its mode allows it, and treats it as null in `is null`; it names no instant, so
 * it is read as null.
 */
function instantOfText(text: string): Instant | null {
  const match = DATETIME.exec(text);
  if (match === null) return null;
  const [, year, month, day, time] = match;
  if (year === '0000' || month === '00' || day === '00') return null;
  return Instant.parse(`${year}-${month}-${day}T${time}Z`);
}

function bits(bytes: Buffer | null): bigint | null {
  return bytes === null ? null : BigInt(`0x${bytes.toString('hex')}`);
}

function mapText<T>(text: string | null, read: (text: string) => T): T | null {
  return text === null ? null : read(text);
}

function rawSql(text: string): RawSql {
  return { toSqlString: () => text };
}
