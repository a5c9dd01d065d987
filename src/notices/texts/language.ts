/** The languages that notices are written in. */
export const LANGUAGES = ['en', 'ar', 'fa'] as const;

/** One of `LANGUAGES`. */
export type Language = (typeof LANGUAGES)[number];

/** True for a language that is written from right to left. */
export function isRightToLeft(language: Language): boolean {
  return language !== 'en';
}

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_DIRECTIONAL_ISOLATE = '\u2069';

/**
 * A value that stands inside a text of a language. In a text from right to left it is isolated: the parts of `2026-04-01` would be shown in
 * the opposite order otherwise, since digits after Arabic letters take their direction from them.
 */
export function insideText(value: string, language: Language): string {
  return isRightToLeft(language) ? `${FIRST_STRONG_ISOLATE}${value}${POP_DIRECTIONAL_ISOLATE}` : value;
}
