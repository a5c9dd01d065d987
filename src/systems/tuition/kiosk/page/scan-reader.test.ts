import { describe, expect, test } from 'vitest';
import { ScanReader } from './scan-reader.ts';

/** Types characters with so many milliseconds between them, beginning at an instant; answers when the last one came. */
function typeInto(reader: ScanReader, text: string, { fromMs, gapMs }: { fromMs: number; gapMs: number }): number {
  text.split('').forEach((character, index) => reader.type(character, fromMs + index * gapMs));
  return fromMs + (text.length - 1) * gapMs;
}

describe('cards and typing', () => {
  test.each([
    ['a wired scanner', 2],
    ['a wireless scanner', 40],
  ])('%s is read in a field and outside', (_name, gapMs) => {
    for (const isInField of [true, false]) {
      const reader = new ScanReader();
      const last = typeInto(reader, 'C1002', { fromMs: 100, gapMs });
      expect(reader.end('Enter', last + gapMs, isInField)).toBe('C1002');
      expect(reader.end('Enter', last + gapMs + 1, isInField)).toBeUndefined();
    }
  });

  test('what a person types in the field is left to the field, however fast the last two keys are', () => {
    const reader = new ScanReader();
    const last = typeInto(reader, 'C10', { fromMs: 0, gapMs: 150 });
    const end = typeInto(reader, '02', { fromMs: last + 150, gapMs: 20 });
    expect(reader.end('Enter', end + 20, true)).toBeUndefined();
  });

  test('outside a field keys have no other meaning, so slow ones are read too', () => {
    const reader = new ScanReader();
    const last = typeInto(reader, '7', { fromMs: 0, gapMs: 0 });
    const end = typeInto(reader, '42', { fromMs: last + 600, gapMs: 600 });
    expect(reader.end('Enter', end + 600, false)).toBe('742');
  });

  test('a scanner that stalls in the middle of a card is not read as half a card', () => {
    const reader = new ScanReader();
    typeInto(reader, 'C', { fromMs: 0, gapMs: 0 });
    const last = typeInto(reader, '1002', { fromMs: 400, gapMs: 2 });
    expect(reader.end('Enter', last + 2, true)).toBe('C1002');
  });

  test('what was pressed long before is no part of a card', () => {
    const reader = new ScanReader();
    typeInto(reader, 'zz', { fromMs: 0, gapMs: 10 });
    const last = typeInto(reader, 'C1002', { fromMs: 5_000, gapMs: 2 });
    expect(reader.end('Enter', last + 2, false)).toBe('C1002');
    typeInto(reader, 'C1003', { fromMs: 10_000, gapMs: 2 });
    expect(reader.end('Enter', 20_000, false)).toBeUndefined();
  });

  test('Tab ends a card at a scanner’s speed, and moves the focus otherwise', () => {
    const reader = new ScanReader();
    const last = typeInto(reader, 'C1002', { fromMs: 0, gapMs: 2 });
    expect(reader.end('Tab', last + 2, false)).toBe('C1002');
    const slow = typeInto(reader, 'C1002', { fromMs: 1_000, gapMs: 200 });
    expect(reader.end('Tab', slow + 200, false)).toBeUndefined();
  });

  test('only the first character of a run says that it begins', () => {
    const reader = new ScanReader();
    expect([reader.type('a', 0), reader.type('a', 2), reader.type('b', 2_000)]).toEqual([true, false, true]);
  });
});
