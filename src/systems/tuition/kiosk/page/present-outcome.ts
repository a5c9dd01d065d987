import type { Locale, ScanColor } from '../../gate/scan-texts.ts';
import type { AskOutcome } from './ask-door.ts';
import type { DoorAnswer } from './door-answer.ts';
import { kioskTexts, type KioskTexts } from './kiosk-texts.ts';

/** A number with its name. */
export interface Figure {
  readonly label: string;
  readonly value: string;
}

/** What stands on the screen after a scan. */
export interface Presentation {
  readonly color: ScanColor;
  readonly headline: string;
  readonly text: string;
  /** Attended, paid and owed; empty where the answer is about nobody. */
  readonly figures: readonly Figure[];
  /** A word for the staff: why the server would not answer. */
  readonly note: string;
}

/** What became of a scan that ends with something to show. */
export type ShownOutcome = Exclude<AskOutcome, { readonly kind: 'key-refused' }> | { readonly kind: 'not-a-card' };

/**
 * An outcome as the screen shows it. Green is the server's alone to give. Digits are 0 to 9 in both languages: the server's sentences,
 * receipts and cards have those, and a number has to look the same on the screen as on paper.
 */
export function presentOutcome(outcome: ShownOutcome, language: Locale): Presentation {
  const texts = kioskTexts[language];
  const white = { color: 'white', figures: [], note: '' } as const;
  switch (outcome.kind) {
    case 'answered':
      return presentAnswer(outcome.answer, language);
    case 'rejected':
      return { ...white, headline: texts.rejectedHeadline, text: texts.rejected, note: outcome.code };
    case 'not-a-card':
      return { ...white, headline: texts.headlines.unknown_code, text: texts.notACard };
    case 'unreachable':
      return { ...white, headline: texts.unreachableHeadline, text: texts.unreachable };
  }
}

function presentAnswer(answer: DoorAnswer, language: Locale): Presentation {
  const texts = kioskTexts[language];
  const headlines: Readonly<Record<string, string>> = texts.headlines;
  return {
    color: answer.color,
    headline: headlines[answer.code] ?? texts.colorHeadlines[answer.color],
    text: answer.text[language],
    figures: figuresOf(answer, texts),
    note: '',
  };
}

/** Below zero, what is owed is what was paid ahead; a minus sign at a door is read as a debt. */
function figuresOf({ attended, paid, debt }: DoorAnswer, texts: KioskTexts): readonly Figure[] {
  if (attended === null || paid === null || debt === null) return [];
  const owed = debt.startsWith('-')
    ? { label: texts.paidAhead, value: debt.slice(1) }
    : { label: texts.unpaid, value: debt };
  return [{ label: texts.attended, value: attended }, { label: texts.paid, value: paid }, owed];
}
