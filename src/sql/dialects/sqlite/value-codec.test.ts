import { expect, test } from 'vitest';
import { Instant } from '../../../base/instant.ts';
import { decimalText, encodeParameter, RowReader } from './value-codec.ts';

test.each([
  [12.5, 2, '12.50'],
  [300n, 2, '300.00'],
  [-0.05, 2, '-0.05'],
  [0, 0, '0'],
  [1e21, 2, '1000000000000000000000.00'],
  [1.5e-7, 2, '0.00000015'],
  [-2.25e22, 0, '-22500000000000000000000'],
  [1.005, 2, '1.005'],
  [7n, 0, '7'],
])('the decimal %s with %i decimals is written %s', (value, scale, text) => {
  expect(decimalText(value, scale)).toBe(text);
});

test('an instant is read only from a column named ..._at in the exact form', () => {
  const text = '2026-01-02T03:04:05.123456Z';
  const reader = new RowReader([
    { name: 'made_at', type: null },
    { name: 'label', type: 'TEXT' },
    { name: 'due_at', type: 'TEXT' },
  ]);
  expect(reader.read({ made_at: text, label: text, due_at: '2026-01-02' })).toEqual({
    made_at: Instant.parse(text),
    label: text,
    due_at: '2026-01-02',
  });
});

test.each(['decimal(10,2)', 'NUMERIC ( 10 , 2 )', 'dec(10,2)'])(
  'a column declared %s is read as text with its decimals',
  (type) => {
    const reader = new RowReader([{ name: 'fee', type }]);
    expect(reader.read({ fee: 5n })).toEqual({ fee: '5.00' });
    expect(reader.read({ fee: null })).toEqual({ fee: null });
    expect(reader.read({ fee: 'twelve' })).toEqual({ fee: 'twelve' });
  },
);

test('a row with a column more does not fit', () => {
  const reader = new RowReader([
    { name: 'a', type: null },
    { name: 'a', type: null },
  ]);
  expect(reader.fits({ a: 1n })).toBe(true);
  expect(reader.fits({ a: 1n, b: 2n })).toBe(false);
});

test('whole numbers and truth values are bound as integers, others as they are', () => {
  expect([true, false, 3, 0.5, 7n, 'x', null].map(encodeParameter)).toEqual([1n, 0n, 3n, 0.5, 7n, 'x', null]);
  expect(encodeParameter(Instant.parse('2026-01-02T03:04:05Z'))).toBe('2026-01-02T03:04:05.000000Z');
});

test.each([undefined, new Date(0)])('%s is a mistake as a parameter', (value) => {
  expect(() => encodeParameter(value)).toThrow(TypeError);
});
