/**
 * The longest time between two characters of a scanner while a field has the focus. Scanners leave 1 to 20 ms, wireless ones up to 40;
 * people who type fast leave 80. Too short takes a slow scanner's card for typing, which the field then sends all the same; too long
 * takes typing for a card, and asks before the number is complete, which is worse.
 */
const SCANNER_GAP_MS_MAX = 50;

/** Fewer characters than this at a scanner's speed are two fingers of a person who types in the field. */
const SCANNED_LENGTH_MIN = 4;

/**
 * What was pressed longer before the next key than this belongs to something else. A scanner may stall in the middle of a card, and half
 * a code is another pupil's; a number that somebody left half typed is given up sooner or later.
 */
const PAUSE_MS_MAX = 1_000;

/**
 * Tells cards from typing by the time between keys. A scanner works as a keyboard: it types the card's code fast and ends it with Enter
 * or Tab, wherever the focus happens to be.
 */
export class ScanReader {
  /** What came without a pause. */
  #typed = '';
  /** How many characters at the end of it came at a scanner's speed. */
  #fastLength = 0;
  #lastAtMs: number = Number.NEGATIVE_INFINITY;

  /** Takes one character, at an instant in milliseconds. True where it begins anew: what a field holds then was typed before. */
  type(character: string, atMs: number): boolean {
    const gapMs = atMs - this.#lastAtMs;
    if (gapMs > PAUSE_MS_MAX) this.#typed = '';
    this.#fastLength = gapMs > SCANNER_GAP_MS_MAX ? 1 : this.#fastLength + 1;
    this.#typed += character;
    this.#lastAtMs = atMs;
    return this.#typed === character;
  }

  /** Whether a key at this instant comes from a scanner in the middle of a card. */
  isInBurst(atMs: number): boolean {
    return atMs - this.#lastAtMs <= SCANNER_GAP_MS_MAX;
  }

  /** Takes the key that ends a card; answers its code, or undefined where what came before was no card. */
  end(key: 'Enter' | 'Tab', atMs: number, isInField: boolean): string | undefined {
    const isScanned = this.isInBurst(atMs) && this.#fastLength >= SCANNED_LENGTH_MIN;
    // Tab moves the focus for whoever has no mouse, so it ends a card only at a scanner's speed. Enter has no other use outside the field.
    const isTyped = !isInField && key === 'Enter' && atMs - this.#lastAtMs <= PAUSE_MS_MAX;
    const code = isScanned || isTyped ? this.#typed : '';
    this.#typed = '';
    this.#lastAtMs = Number.NEGATIVE_INFINITY;
    return code === '' ? undefined : code;
  }
}
