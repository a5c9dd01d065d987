import type { RenderedAnswer } from '../../door/scan-answer.ts';
import type { ScanColor } from '../../gate/scan-texts.ts';

/** The members of a scan's answer that the page shows. */
export type DoorAnswer = Pick<RenderedAnswer, 'color' | 'admitted' | 'text' | 'attended' | 'paid' | 'debt'> & {
  /** As the server said it; one of a later release may say more than this page knows. */
  readonly code: string;
};

const COLORS: ReadonlySet<unknown> = new Set<ScanColor>(['green', 'yellow', 'red', 'white', 'gray']);

/**
 * Reads what the server answered to a scan; undefined for anything that is no such answer, such as the page of a network that wants a
 * login. Green and admitted have to agree: a page that shows one without the other lets in somebody who was refused.
 */
export function readAnswer(value: unknown): DoorAnswer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { color, code, admitted, text, attended, paid, debt } = value as Partial<Record<keyof DoorAnswer, unknown>>;
  if (!COLORS.has(color) || typeof code !== 'string' || !isTexts(text)) return undefined;
  if (admitted !== (color === 'green')) return undefined;
  if (!isCount(attended) || !isCount(paid) || !isCount(debt)) return undefined;
  return { color: color as ScanColor, code, admitted, text, attended, paid, debt };
}

function isTexts(value: unknown): value is DoorAnswer['text'] {
  if (typeof value !== 'object' || value === null) return false;
  const { en, ar } = value as Partial<Record<keyof DoorAnswer['text'], unknown>>;
  return typeof en === 'string' && typeof ar === 'string';
}

function isCount(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && /^-?\d+$/.test(value));
}
