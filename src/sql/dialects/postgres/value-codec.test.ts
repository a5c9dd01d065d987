import { describe, expect, test } from 'vitest';
import { Instant } from '../../../base/instant.ts';
import { INT64_MAX, INT64_MIN } from '../../../base/int64.ts';
import { arrayLiterals } from './array-literal.ts';
import { decoderOf } from './decode-value.ts';
import { encodeParameter, parameterType } from './encode-parameter.ts';
import { TYPE_OID } from './type-oids.ts';

describe('a parameter', () => {
  test.each([
    [INT64_MIN, '-9223372036854775808', TYPE_OID.int8],
    [true, 't', TYPE_OID.bool],
    [false, 'f', TYPE_OID.bool],
    [7, '7', TYPE_OID.unspecified],
    [0.5, '0.5', TYPE_OID.unspecified],
    ['', '', TYPE_OID.unspecified],
    [null, null, TYPE_OID.unspecified],
    [Instant.fromEpochMicros(1n), '1970-01-01T00:00:00.000001Z', TYPE_OID.timestamptz],
  ])('%s travels as %s', (value, wire, type) => {
    expect(encodeParameter(value)).toBe(wire);
    expect(parameterType(value)).toBe(type);
  });

  test('of bytes travels as bytes, and only those of its own view', () => {
    const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    expect(encodeParameter(bytes)).toEqual(Buffer.from([2, 3]));
  });

  test.each([
    [undefined],
    [Number.NaN],
    [Number.NEGATIVE_INFINITY],
    [{}],
    [[]],
    [new Date(0)],
    [() => 1],
    [Symbol('s')],
  ])('%s is refused', (value) => {
    expect(() => encodeParameter(value)).toThrow(TypeError);
  });
});

describe('a result', () => {
  test.each([
    [TYPE_OID.int2, '-32768', -32768n],
    [TYPE_OID.int4, '2147483647', 2147483647n],
    [TYPE_OID.int8, '9223372036854775807', INT64_MAX],
    [TYPE_OID.oid, '4294967295', 4294967295n],
    [TYPE_OID.bool, 't', true],
    [TYPE_OID.bool, 'f', false],
    [TYPE_OID.float8, '1e+30', 1e30],
    [1700, '0.10', '0.10'],
    [1082, '2026-02-28', '2026-02-28'],
    [TYPE_OID.bytea, '\\x00ff', Buffer.from([0, 255])],
  ])('of type %i reads %s', (type, text, value) => {
    expect(decoderOf(type)(text)).toEqual(value);
  });

  test.each([
    ['2026-11-01 08:00:00+00', '2026-11-01T08:00:00.000000Z'],
    ['2026-11-01 08:00:00.1+00', '2026-11-01T08:00:00.100000Z'],
    ['2026-11-01 08:00:00.000001+03:30', '2026-11-01T04:30:00.000001Z'],
    ['2026-11-01 00:30:00-05', '2026-11-01T05:30:00.000000Z'],
    ['1890-01-01 03:25:44.5+03:25:44', '1890-01-01T00:00:00.500000Z'],
    ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000000Z'],
    ['0099-12-31 23:59:59.999999+00', '0099-12-31T23:59:59.999999Z'],
    ['1969-12-31 23:59:59.999999+00', '1969-12-31T23:59:59.999999Z'],
    ['9999-12-31 23:59:59.999999+00', '9999-12-31T23:59:59.999999Z'],
  ])('reads the instant %s', (text, instant) => {
    expect(String(decoderOf(TYPE_OID.timestamptz)(text))).toBe(instant);
  });

  test('reads a timestamp without a zone as UTC', () => {
    expect(String(decoderOf(TYPE_OID.timestamp)('2026-11-01 08:00:00.25'))).toBe('2026-11-01T08:00:00.250000Z');
  });

  test.each([
    'infinity',
    '-infinity',
    '0044-03-15 12:00:00+00 BC',
    '10000-01-01 00:00:00+00',
    '01/11/2026 08:00:00 UTC',
  ])('refuses %s, which no Instant means', (text) => {
    expect(() => decoderOf(TYPE_OID.timestamptz)(text)).toThrow(/instant/);
  });

  test('reads JSON, with integers past 2^53 as bigint and everything else as JSON.parse does', () => {
    const read = decoderOf(TYPE_OID.jsonb);
    expect(read('{"a": 1, "b": [true, null, 1.5]}')).toEqual({ a: 1, b: [true, null, 1.5] });
    expect(read('[9223372036854775807, -9007199254740993, 9007199254740991, 0.1234567890123456789]')).toEqual([
      INT64_MAX,
      -9_007_199_254_740_993n,
      9_007_199_254_740_991,
      0.123_456_789_012_345_68,
    ]);
    expect(read('"12345678901234567890"')).toBe('12345678901234567890');
  });
});

describe('an array literal', () => {
  test('quotes texts so that none is taken for null or for structure', () => {
    const rows = [['a'], [''], ['NULL'], ['{,}'], ['"\\'], [null]];
    expect(arrayLiterals({ columns: { t: 'text' }, rows })).toEqual(['{"a","","NULL","{,}","\\"\\\\",NULL}']);
  });

  test('has one literal per column, in the order of the columns', () => {
    const at = Instant.fromEpochMicros(0n);
    const columns = { n: 'int64', at: 'instant', doc: 'json' } as const;
    const rows = [
      [INT64_MAX, at, '{"a":1}'],
      [null, null, null],
      [-1n, Instant.fromEpochMicros(1n), 'null'],
    ];
    expect(arrayLiterals({ columns, rows })).toEqual([
      '{9223372036854775807,NULL,-1}',
      '{1970-01-01T00:00:00.000000Z,NULL,1970-01-01T00:00:00.000001Z}',
      '{"{\\"a\\":1}",NULL,"null"}',
    ]);
    expect(arrayLiterals({ columns, rows: [] })).toEqual(['{}', '{}', '{}']);
  });

  test('names the column whose value is of another kind or missing', () => {
    const columns = { n: 'int64', t: 'text' } as const;
    expect(() => arrayLiterals({ columns, rows: [[1n]] })).toThrow(/"t" holds a undefined, against a text/);
    expect(() => arrayLiterals({ columns, rows: [['1', 'a']] })).toThrow(/"n" holds a string, against a bigint/);
  });
});
