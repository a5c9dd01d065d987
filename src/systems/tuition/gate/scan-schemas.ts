import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
import { SCAN_COLORS, scanTexts, type Locale } from './scan-texts.ts';

/** The schema of a `ScanCode`. */
export const scanCodeSchema: TSchema = answer.oneOf(Object.keys(scanTexts), 'What the door answers, as a stable word');

/** The schema of a `ScanColor`. */
export const scanColorSchema: TSchema = answer.oneOf(SCAN_COLORS, 'What the screen at the door shows');

/** The schema of `TextParams`. */
export const textParamsSchema: TSchema = answer.record(
  answer.text('A number or word'),
  'What the text is filled with, by name',
);

/** The schema of a text in every language, which is made when it is read. */
export const textsSchema: TSchema = answer.answerOf<Readonly<Record<Locale, string>>>(
  { en: answer.text('In English'), ar: answer.text('In Arabic') },
  'The text in every language',
);
