import type { Language } from '../../../notices/texts/language.ts';
import type { NoticeTemplate } from '../../../notices/texts/notice-template.ts';
import { fillText, parametersOf, type TextParams } from '../gate/scan-texts.ts';
import { noticeKinds, type NoticeType } from './notice-types.ts';
import { textsAr } from './texts-ar.ts';
import { textsEn } from './texts-en.ts';
import { textsFa } from './texts-fa.ts';

export type { NoticeType } from './notice-types.ts';

/** Every notice this system sends. `{pupil}` and `{group}` are looked up when it is sent, everything else is kept with the notice. */
export const noticeTemplates: Readonly<Record<NoticeType, NoticeTemplate>> = Object.fromEntries(
  (Object.keys(noticeKinds) as NoticeType[]).map((type) => {
    const [en, ar, fa] = [textsEn[type], textsAr[type], textsFa[type]];
    const words = {
      title: { en: en.title, ar: ar.title, fa: fa.title },
      text: { en: en.text, ar: ar.text, fa: fa.text },
    };
    return [type, { ...noticeKinds[type], ...words }];
  }),
) as Record<NoticeType, NoticeTemplate>;

/** The parameters that are names of people and groups: they are no part of a stored notice. */
export const LOOKED_UP_PARAMETERS: readonly string[] = ['pupil', 'group'];

/** The text of a notice. Throws an Error for a parameter that is missing. */
export function renderNotice(type: NoticeType, values: TextParams, language: Language): string {
  return fillText(noticeTemplates[type].text[language], values);
}

/** The parameters that a stored notice of that type must have. */
export function storedParameters(type: NoticeType): readonly string[] {
  return noticeTemplates[type].parameters.filter((name) => !LOOKED_UP_PARAMETERS.includes(name));
}

/** The parameters that a template's text has in a language, for checks. */
export function textParameters(type: NoticeType, language: Language): readonly string[] {
  return parametersOf(noticeTemplates[type].text[language]);
}
