import type { PageEvent } from './browser.ts';

type Key = Pick<PageEvent, 'key' | 'code' | 'shiftKey' | 'getModifierState'>;

/** Keys beside letters and digits that cards are coded with, by their place: as they are, and with Shift. */
const SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  Semicolon: [';', ':'],
};

/**
 * The character of a key, undefined for one that writes none. A scanner presses the keys of a Latin keyboard; where the computer is set
 * to Arabic, the same keys write Arabic letters, so the place of the key counts there.
 */
export function characterOf(event: Key): string | undefined {
  if (event.key.length !== 1) return undefined;
  if (/^[\u0020-\u007E]$/.test(event.key)) return event.key;
  return latinAt(event) ?? westernDigits(event.key);
}

/** Digits as cards and texts have them, 0 to 9, whichever digits a keyboard writes. */
export function westernDigits(text: string): string {
  return text
    .replaceAll(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replaceAll(/[\u06F0-\u06F9]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0));
}

function latinAt(event: Key): string | undefined {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter !== undefined) {
    return event.shiftKey === event.getModifierState('CapsLock') ? letter.toLowerCase() : letter;
  }
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  return digit ?? SIGNS[event.code]?.[event.shiftKey ? 1 : 0];
}
