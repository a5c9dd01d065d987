import type { TypeCastField } from 'mysql2';
import { describe, expect, test } from 'vitest';
import { Instant } from '../../../base/instant.ts';
import { decodeField, encodeValue } from './value-codec.ts';

/** A column as the driver hands it over, with the text the server sent. */
function field(type: string, text: string | null, extendedFormat?: string): TypeCastField {
  const bytes = text === null ? null : Buffer.from(text, 'latin1');
  return { type, extendedFormat, string: () => text, buffer: () => bytes } as unknown as TypeCastField;
}

const fallback = (): string => 'as the driver reads it';

describe('a parameter', () => {
  test('that is an integer is written by its digits', () => {
    expect(sqlOf(9_223_372_036_854_775_807n)).toBe('9223372036854775807');
    expect(sqlOf(-9_223_372_036_854_775_808n)).toBe('-9223372036854775808');
    expect(sqlOf(5)).toBe('5');
  });

  test('that is an instant is a typed literal in UTC with microseconds', () => {
    expect(sqlOf(Instant.parse('2026-03-29T01:30:00.000001+02:00'))).toBe("timestamp'2026-03-28 23:30:00.000001'");
  });

  test('that is a text, bytes or null goes to the driver', () => {
    expect(encodeValue("it's")).toBe("it's");
    expect(encodeValue(null)).toBe(null);
    expect(encodeValue(new Uint8Array([1]))).toEqual(new Uint8Array([1]));
    expect(sqlOf(true)).toBe('true');
  });

  test.each([undefined, 1.5, Number.NaN, 2 ** 60, new Date(), { a: 1 }, ['a'], Symbol('s'), '\ud800'])(
    'that cannot be sent exactly is refused: %s',
    (value) => {
      expect(() => encodeValue(value)).toThrow(TypeError);
    },
  );

  function sqlOf(value: unknown): string {
    return (encodeValue(value) as { toSqlString(): string }).toSqlString();
  }
});

describe('a column', () => {
  test.each(['TINY', 'SHORT', 'INT24', 'LONG', 'LONGLONG', 'YEAR'])('of type %s is a bigint', (type) => {
    expect(decodeField(field(type, '-128'), fallback)).toBe(-128n);
    expect(decodeField(field(type, null), fallback)).toBe(null);
  });

  test('past 64 signed bits is exact', () => {
    expect(decodeField(field('LONGLONG', '18446744073709551615'), fallback)).toBe(18_446_744_073_709_551_615n);
  });

  test('with a point in time is an instant, with a zero date null', () => {
    const at = Instant.parse('2026-03-29T01:30:00.25Z');
    expect(decodeField(field('DATETIME', '2026-03-29 01:30:00.25'), fallback)).toEqual(at);
    expect(decodeField(field('TIMESTAMP', '2026-03-29 01:30:00.250000'), fallback)).toEqual(at);
    for (const zero of ['0000-00-00 00:00:00', '2026-00-00 00:00:00', '2026-05-00 00:00:00.000000', null]) {
      expect(decodeField(field('DATETIME', zero), fallback)).toBe(null);
    }
  });

  test('of decimals, dates and times of day is text; of floats a number; of bits a bigint', () => {
    expect(decodeField(field('NEWDECIMAL', '0.10'), fallback)).toBe('0.10');
    expect(decodeField(field('DATE', '0000-00-00'), fallback)).toBe('0000-00-00');
    expect(decodeField(field('TIME', '-838:59:59'), fallback)).toBe('-838:59:59');
    expect(decodeField(field('DOUBLE', '1e-5'), fallback)).toBe(0.000_01);
    expect(decodeField(field('BIT', '\u0001\u0000'), fallback)).toBe(256n);
  });

  test('of JSON is text, by its type on MySQL and by its format on MariaDB', () => {
    expect(decodeField(field('JSON', '{"a":1}'), fallback)).toBe('{"a":1}');
    expect(decodeField(field('BLOB', '{"a":1}', 'json'), fallback)).toBe('{"a":1}');
    expect(decodeField(field('VAR_STRING', 'x'), fallback)).toBe(fallback());
  });
});
