import { describe, expect, test } from 'vitest';
import { LOCALES, parametersOf, renderScan, scanTexts, type ScanCode } from '../gate/scan-texts.ts';
import {
  noticeTemplates,
  orderedParameters,
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
    for (const locale of LOCALES) expect([...textParameters(type, locale)].toSorted()).toEqual(listed);
  });

  test.each(types)('%s is written in its language and leaves no hole', (type) => {
    const values = Object.fromEntries(noticeTemplates[type].parameters.map((name) => [name, 'X']));
    expect(renderNotice(type, values, 'en')).not.toMatch(ARABIC);
    expect(renderNotice(type, values, 'ar')).toMatch(ARABIC);
    for (const locale of LOCALES) expect(renderNotice(type, values, locale)).not.toMatch(/[{}]/);
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
    expect(orderedParameters('late_block', values)).toEqual(['P', 'G', '7', '18:00']);
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
