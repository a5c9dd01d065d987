import type { Locale } from '../../gate/scan-texts.ts';
import type { PageDocument } from './browser.ts';
import { directions, kioskTexts, type KioskTexts } from './kiosk-texts.ts';

/** The texts that stand still, each in the elements whose `data-text` names it. */
type StillText = {
  readonly [Name in keyof KioskTexts]: KioskTexts[Name] extends string ? Name : never;
}[keyof KioskTexts];

/** Writes the page in a language, in that language's direction. */
export function writeTexts(document: PageDocument, language: Locale): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directions[language];
  document.title = kioskTexts[language].title;
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = kioskTexts[language][element.dataset['text'] as StillText];
  }
}
