import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SCAN_COLORS, scanTexts } from '../../gate/scan-texts.ts';
import { readAnswer } from './door-answer.ts';
import { directions, kioskTexts } from './kiosk-texts.ts';
import { presentOutcome } from './present-outcome.ts';

const good = {
  color: 'green',
  code: 'present',
  admitted: true,
  text: { en: 'Welcome.', ar: 'أهلًا.' },
  attended: '5',
  paid: '8',
  debt: '-3',
};

test('an answer of the server is read, and members that the page does not show are left behind', () => {
  expect(readAnswer({ ...good, studentId: '7' })).toEqual(good);
});

test.each([
  ['nothing', null],
  ['a text', 'green'],
  ['a colour of its own', { ...good, color: 'blue' }],
  ['green without admitted', { ...good, admitted: false }],
  ['green with something like admitted', { ...good, admitted: 'true' }],
  ['admitted without green', { ...good, color: 'gray' }],
  ['no text in one language', { ...good, text: { en: 'Welcome.' } }],
  ['no text at all', { ...good, text: null }],
  ['a count that is a number', { ...good, attended: 5 }],
  ['a count that is none', { ...good, debt: '1e3' }],
])('%s is no answer', (_name, value) => {
  expect(readAnswer(value)).toBeUndefined();
});

test('whatever comes, green is shown only where the server said admitted', () => {
  const likely = fc.record(
    {
      color: fc.oneof(fc.constantFrom<unknown>(...SCAN_COLORS), fc.anything()),
      code: fc.oneof(fc.constant<unknown>('present'), fc.anything()),
      admitted: fc.oneof(fc.boolean(), fc.anything()),
      text: fc.oneof(fc.constant<unknown>(good.text), fc.anything()),
      attended: fc.constantFrom<unknown>('1', null),
      paid: fc.constantFrom<unknown>('1', null),
      debt: fc.constantFrom<unknown>('1', null),
    },
    { requiredKeys: [] },
  );
  let greens = 0;
  fc.assert(
    fc.property(likely, (value) => {
      const answer = readAnswer(value);
      if (answer === undefined) return;
      const { color } = presentOutcome({ kind: 'answered', answer }, 'en');
      if (color === 'green') greens += 1;
      expect(color === 'green').toBe((value as { admitted?: unknown }).admitted === true);
    }),
    { numRuns: 2_000 },
  );
  expect(greens).toBeGreaterThan(0);
});

test('no outcome but an answer can be green', () => {
  for (const language of ['en', 'ar'] as const) {
    for (const outcome of [{ kind: 'rejected', code: 'X' }, { kind: 'unreachable' }, { kind: 'not-a-card' }] as const) {
      expect(presentOutcome(outcome, language)).toMatchObject({ color: 'white', figures: [] });
    }
  }
});

test('what was paid ahead has a name of its own instead of a minus sign', () => {
  const answer = readAnswer(good);
  if (answer === undefined) throw new Error('The answer was not read.');
  expect(presentOutcome({ kind: 'answered', answer }, 'en').figures).toEqual([
    { label: 'Attended', value: '5' },
    { label: 'Paid', value: '8' },
    { label: 'Paid ahead', value: '3' },
  ]);
});

test('an answer about nobody has no figures, and a code of a later release is told by its colour', () => {
  const answer = readAnswer({ ...good, color: 'white', admitted: false, code: 'newer', attended: null });
  if (answer === undefined) throw new Error('The answer was not read.');
  expect(presentOutcome({ kind: 'answered', answer }, 'ar')).toMatchObject({
    headline: 'اسأل في الاستقبال',
    text: 'أهلًا.',
    figures: [],
  });
});

test('every code of the door has its word, and the two languages say different things everywhere', () => {
  expect(Object.keys(kioskTexts.en.headlines)).toEqual(Object.keys(scanTexts));
  const flat = (texts: object): readonly string[] =>
    Object.values(texts).flatMap((text: string | object) => (typeof text === 'string' ? [text] : flat(text)));
  const [english, arabic] = [flat(kioskTexts.en), flat(kioskTexts.ar)];
  expect(arabic).toHaveLength(english.length);
  for (const text of arabic) expect(text).toMatch(/\p{Script=Arabic}/u);
  for (const text of english) expect(text).not.toMatch(/\p{Script=Arabic}/u);
  expect(directions).toEqual({ en: 'ltr', ar: 'rtl' });
});
