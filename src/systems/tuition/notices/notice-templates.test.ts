import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../../notices/texts/language.ts';
import { wordsOf } from '../../../notices/texts/notice-template.ts';
import { parametersOf, renderScan, scanTexts, type ScanCode } from '../gate/scan-texts.ts';
import {
  noticeTemplates,
  renderNotice,
  storedParameters,
  textParameters,
  type NoticeType,
} from './notice-templates.ts';

const types = Object.keys(noticeTemplates) as NoticeType[];
const ARABIC = /\p{Script=Arabic}/u;

describe('notices', () => {
  test.each(types)('%s has the same parameters in every language, and lists all of them', (type) => {
    const listed = [...noticeTemplates[type].parameters].toSorted();
    for (const language of LANGUAGES) expect([...textParameters(type, language)].toSorted()).toEqual(listed);
  });

  test.each(types)('%s is written in its language and leaves no hole', (type) => {
    const values = Object.fromEntries(noticeTemplates[type].parameters.map((name) => [name, 'X']));
    expect(renderNotice(type, values, 'en')).not.toMatch(ARABIC);
    for (const language of ['ar', 'fa'] as const) {
      expect(renderNotice(type, values, language)).toMatch(ARABIC);
      expect(noticeTemplates[type].title[language]).toMatch(ARABIC);
    }
    expect(renderNotice(type, values, 'ar')).not.toMatch(/[پچژگکی]/);
    expect(renderNotice(type, values, 'fa')).not.toMatch(/[ةيك]/);
    for (const language of LANGUAGES) expect(renderNotice(type, values, language)).not.toMatch(/[{}]/);
  });

  test('a parameter that is missing is an error, not a hole', () => {
    expect(() => renderNotice('late_block', { pupil: 'X' }, 'en')).toThrow(/group|minutes/);
  });

  test('names of people are no part of what is stored', () => {
    expect(storedParameters('payment_confirmation')).toEqual(['receipt', 'amount', 'currency', 'month']);
    for (const type of types) expect(storedParameters(type)).not.toContain('pupil');
  });

  test('numbered places are filled in the order of the template', () => {
    const values = { pupil: 'P', group: 'G', minutes: '7', start: '18:00' };
    expect(wordsOf(noticeTemplates.late_block, values, 'en')).toMatchObject({ parameters: ['P', 'G', '7', '18:00'] });
  });

  test('what tells where a child is goes at night too, an announcement to all at its own rate', () => {
    const ofPace = (pace: string): readonly string[] => types.filter((type) => noticeTemplates[type].pace === pace);
    expect(ofPace('urgent')).toEqual([
      'payment_block_new',
      'payment_block_debt',
      'payment_block_3rd',
      'attendance_success',
      'late_block',
      'session_cancelled',
    ]);
    expect(ofPace('bulk')).toEqual(['gate_announcement']);
  });

  test('T-40: what turns a child away or takes money cannot be opted out of; the rest can', () => {
    const optional = types.filter((type) => !noticeTemplates[type].mandatory);
    expect(optional).toEqual(['credit_warning', 'payment_recorded', 'payment_reminder', 'attendance_success']);
  });
});

describe('answers of the door', () => {
  test.each(Object.keys(scanTexts) as ScanCode[])('%s reads in both languages with the same parameters', (code) => {
    const { en, ar } = scanTexts[code];
    expect([...parametersOf(en)].toSorted()).toEqual([...parametersOf(ar)].toSorted());
    const params = Object.fromEntries(parametersOf(en).map((name) => [name, '3']));
    const text = renderScan(code, params);
    expect(text.en).not.toMatch(/[{}]/);
    expect(text.ar).toMatch(ARABIC);
  });
});
