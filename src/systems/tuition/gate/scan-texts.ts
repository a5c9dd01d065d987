/** The languages that texts for parents and screens are written in. */
export const LOCALES = ['en', 'ar'] as const;

/** One of `LOCALES`. */
export type Locale = (typeof LOCALES)[number];

/** See `ScanColor`. */
export const SCAN_COLORS = ['green', 'yellow', 'red', 'white', 'gray'] as const;

/** What the screen at the door shows. */
export type ScanColor = (typeof SCAN_COLORS)[number];

/** The numbers and words a text is filled with. */
export type TextParams = Readonly<Record<string, string>>;

/** A result of the door: its colour, and its text with `{name}` where a parameter stands. */
export interface ScanText extends Readonly<Record<Locale, string>> {
  readonly color: ScanColor;
}

/** What the door answers, as a stable word. */
export type ScanCode =
  | 'present'
  | 'already_in'
  | 'unknown_code'
  | 'inactive_student'
  | 'not_enrolled'
  | 'no_session_today'
  | 'session_cancelled'
  | 'too_early'
  | 'late_blocked'
  | 'very_late'
  | 'blocked_by_hand'
  | 'frozen'
  | 'credit_exceeded'
  | 'new_student_no_payment';

/**
 * Every answer of the door. Codes are stored and texts are rendered when they are read, so that a number in them is that of
 * the moment and a correction of a text reaches old rows too (T-17).
 */
export const scanTexts: Readonly<Record<ScanCode, ScanText>> = {
  present: {
    color: 'green',
    en: 'Welcome. Session of {start}.',
    ar: 'أهلًا بك. حصة الساعة {start}.',
  },
  already_in: {
    color: 'gray',
    en: 'Already registered for this session.',
    ar: 'تم تسجيل حضورك لهذه الحصة من قبل.',
  },
  unknown_code: {
    color: 'white',
    en: 'This code is not known. Please ask at the desk.',
    ar: 'هذا الكود غير معروف. من فضلك اسأل في الاستقبال.',
  },
  inactive_student: {
    color: 'white',
    en: 'This pupil is not active. Please ask at the desk.',
    ar: 'هذا الطالب غير نشط. من فضلك اسأل في الاستقبال.',
  },
  not_enrolled: {
    color: 'white',
    en: 'No active group for this pupil. Please ask at the desk.',
    ar: 'لا توجد مجموعة نشطة لهذا الطالب. من فضلك اسأل في الاستقبال.',
  },
  no_session_today: {
    color: 'white',
    en: 'No session for this pupil today.',
    ar: 'لا توجد حصة لهذا الطالب اليوم.',
  },
  session_cancelled: {
    color: 'white',
    en: 'Today’s session is cancelled. Nothing was taken for it.',
    ar: 'حصة اليوم ملغاة، ولم يُخصم شيء عنها.',
  },
  too_early: {
    color: 'white',
    en: 'Too early. The door opens {opens} minutes before {start}.',
    ar: 'الوقت مبكر. يبدأ الدخول قبل الساعة {start} بـ {opens} دقيقة.',
  },
  late_blocked: {
    color: 'red',
    en: 'Not admitted: {minutes} minutes late for {start}.',
    ar: 'غير مسموح بالدخول: تأخير {minutes} دقيقة عن الساعة {start}.',
  },
  very_late: {
    color: 'red',
    en: 'Not admitted: the session of {start} began {minutes} minutes ago.',
    ar: 'غير مسموح بالدخول: بدأت حصة الساعة {start} منذ {minutes} دقيقة.',
  },
  blocked_by_hand: {
    color: 'yellow',
    en: 'Not admitted. Please speak to the desk.',
    ar: 'غير مسموح بالدخول. من فضلك راجع الاستقبال.',
  },
  frozen: {
    color: 'yellow',
    en: 'This enrolment is frozen until {until}. Please speak to the desk.',
    ar: 'هذا الاشتراك مجمّد حتى {until}. من فضلك راجع الاستقبال.',
  },
  credit_exceeded: {
    color: 'yellow',
    en: 'Not admitted: {debt} sessions are unpaid, {number} over the limit. Please pay at the desk.',
    ar: 'غير مسموح بالدخول: عدد الحصص غير المدفوعة {debt}، بزيادة {number} عن الحد. من فضلك ادفع في الاستقبال.',
  },
  new_student_no_payment: {
    color: 'yellow',
    en: 'Not admitted: the fees have to be paid before the first session. Please pay at the desk.',
    ar: 'غير مسموح بالدخول: يجب دفع الرسوم قبل أول حصة. من فضلك ادفع في الاستقبال.',
  },
};

/** The text of an answer in every language. */
export function renderScan(code: ScanCode, params: TextParams): Readonly<Record<Locale, string>> {
  const { en, ar } = scanTexts[code];
  return { en: fillText(en, params), ar: fillText(ar, params) };
}

/**
 * Replaces each `{name}` by its parameter. Throws an Error for a parameter that is missing: a text that reaches a parent with a
 * hole in it is worse than none.
 */
export function fillText(template: string, params: TextParams): string {
  return template.replaceAll(/\{(\w+)\}/g, (_hole, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`A text lacks its parameter ${name}.`);
    return value;
  });
}

/** The names of the parameters that a text has, each once, in order. */
export function parametersOf(template: string): readonly string[] {
  return [...new Set(Array.from(template.matchAll(/\{(\w+)\}/g), (match) => match[1] as string))];
}
