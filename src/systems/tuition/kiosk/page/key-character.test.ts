import { expect, test } from 'vitest';
import { characterOf, westernDigits } from './key-character.ts';

const key = (
  written: string,
  place = '',
  { shiftKey = false, capsLock = false } = {},
): Parameters<typeof characterOf>[0] => ({
  key: written,
  code: place,
  shiftKey,
  getModifierState: (name) => name === 'CapsLock' && capsLock,
});

test.each(['Shift', 'F5', 'ArrowLeft', 'Dead', 'Unidentified', 'Enter'])('%s writes nothing', (name) => {
  expect(characterOf(key(name))).toBeUndefined();
});

test('what a Latin layout writes is taken as it is, wherever its key is', () => {
  expect(characterOf(key('q', 'KeyA'))).toBe('q');
  expect(characterOf(key('-', 'Minus'))).toBe('-');
});

test('under an Arabic layout the place of the key says what the scanner meant', () => {
  expect(characterOf(key('ؤ', 'KeyC'))).toBe('c');
  expect(characterOf(key('}', 'KeyC', { shiftKey: true }))).toBe('}');
  expect(characterOf(key('ِ', 'KeyA', { shiftKey: true }))).toBe('A');
  expect(characterOf(key('ش', 'KeyA', { capsLock: true }))).toBe('A');
  expect(characterOf(key('ش', 'KeyA', { capsLock: true, shiftKey: true }))).toBe('a');
  expect(characterOf(key('٧', 'Digit7'))).toBe('7');
  expect(characterOf(key('٧', 'Numpad7'))).toBe('7');
  expect(characterOf(key('ـ', 'Minus', { shiftKey: true }))).toBe('_');
});

test('digits of every keyboard are 0 to 9', () => {
  expect(westernDigits('C٠١٢٩۰۱۹-7')).toBe('C0129019-7');
  expect(characterOf(key('۴'))).toBe('4');
});
