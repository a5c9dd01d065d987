import type { Locale, ScanCode, ScanColor } from '../../gate/scan-texts.ts';

/** What the page itself says, in one language. Answers bring their own sentences; these are the words around them. */
export interface KioskTexts {
  readonly title: string;
  readonly ready: string;
  readonly field: string;
  readonly send: string;
  readonly asking: string;
  readonly attended: string;
  readonly paid: string;
  readonly unpaid: string;
  readonly paidAhead: string;
  readonly offline: string;
  readonly unreachableHeadline: string;
  readonly unreachable: string;
  readonly rejectedHeadline: string;
  readonly rejected: string;
  readonly notACard: string;
  readonly tooMany: string;
  readonly setUp: string;
  readonly setUpHint: string;
  readonly key: string;
  readonly keyHint: string;
  readonly keyKept: string;
  readonly language: string;
  readonly group: string;
  readonly groupHint: string;
  readonly save: string;
  readonly cancel: string;
  readonly checkingKey: string;
  readonly keyRefused: string;
  readonly keyUnchecked: string;
  readonly groupInvalid: string;
  /** With the end of a card's code at `{card}`. */
  readonly card: string;
  /** With how many cards wait at `{count}`. */
  readonly waiting: string;
  /** The word over an answer, by its code. */
  readonly headlines: Readonly<Record<ScanCode, string>>;
  /** The word over an answer whose code this page does not know, by its colour. */
  readonly colorHeadlines: Readonly<Record<ScanColor, string>>;
}

const en: KioskTexts = {
  title: 'Check-in',
  ready: 'Scan your card',
  field: 'or type its number',
  send: 'Check in',
  asking: 'One moment …',
  attended: 'Attended',
  paid: 'Paid',
  unpaid: 'Unpaid',
  paidAhead: 'Paid ahead',
  offline: 'No connection. Scan as usual; where that fails, ask at the desk.',
  unreachableHeadline: 'Try again',
  unreachable: 'There was no answer in time. Scan the card again, or ask at the desk.',
  rejectedHeadline: 'Ask at the desk',
  rejected: 'This card cannot be checked in here at the moment.',
  notACard: 'That was not the code of a pupil’s card.',
  tooMany: 'Too many cards at once. Scan the last one again in a moment.',
  setUp: 'Set up this kiosk',
  setUpHint: 'Back here later: hold the word at the top for three seconds, or press Ctrl, Alt and K.',
  key: 'Key of this kiosk',
  keyHint: 'An API key that may only check in. It is kept in this browser and not shown again.',
  keyKept: 'Leave it empty to keep the present one.',
  language: 'Language',
  group: 'Group',
  groupHint: 'Its number, where this is the door of one group only; otherwise empty.',
  save: 'Save and open the door',
  cancel: 'Cancel',
  checkingKey: 'The key is being checked …',
  keyRefused: 'The server does not accept this key for check-in. Enter one that is made for it and still valid.',
  keyUnchecked: 'The server did not answer, so the key could not be checked. Try again in a moment.',
  groupInvalid: 'The number of a group has digits only.',
  card: 'Card ending in {card}',
  waiting: 'Waiting: {count}',
  headlines: {
    present: 'Come in',
    already_in: 'Already in',
    unknown_code: 'Card not known',
    inactive_student: 'Ask at the desk',
    not_enrolled: 'Ask at the desk',
    no_session_today: 'No session today',
    session_cancelled: 'Session cancelled',
    too_early: 'Too early',
    late_blocked: 'Too late',
    very_late: 'Too late',
    blocked_by_hand: 'Go to the desk',
    frozen: 'Go to the desk',
    credit_exceeded: 'Pay at the desk',
    new_student_no_payment: 'Pay at the desk',
  },
  colorHeadlines: {
    green: 'Come in',
    yellow: 'Go to the desk',
    red: 'Not admitted',
    white: 'Ask at the desk',
    gray: 'Already in',
  },
};

const ar: KioskTexts = {
  title: 'تسجيل الحضور',
  ready: 'مرّر بطاقتك على القارئ',
  field: 'أو اكتب رقمها',
  send: 'تسجيل',
  asking: 'لحظة من فضلك …',
  attended: 'الحضور',
  paid: 'المدفوع',
  unpaid: 'غير المدفوع',
  paidAhead: 'مدفوع مقدمًا',
  offline: 'لا يوجد اتصال. مرّر البطاقة كالمعتاد، وإن لم تنجح فاسأل في الاستقبال.',
  unreachableHeadline: 'حاول مرة أخرى',
  unreachable: 'لم يصل الرد في الوقت المناسب. مرّر البطاقة مرة أخرى أو اسأل في الاستقبال.',
  rejectedHeadline: 'اسأل في الاستقبال',
  rejected: 'لا يمكن تسجيل هذه البطاقة هنا الآن.',
  notACard: 'هذا ليس كود بطاقة طالب.',
  tooMany: 'بطاقات كثيرة في وقت واحد. مرّر البطاقة الأخيرة مرة أخرى بعد لحظة.',
  setUp: 'إعداد جهاز الحضور',
  setUpHint: 'للعودة إلى هنا لاحقًا: اضغط على الكلمة في الأعلى ثلاث ثوانٍ، أو اضغط Ctrl وAlt وK معًا.',
  key: 'مفتاح هذا الجهاز',
  keyHint: 'مفتاح يسمح بتسجيل الحضور فقط. يُحفظ في هذا المتصفح ولا يُعرض مرة أخرى.',
  keyKept: 'اتركه فارغًا للإبقاء على المفتاح الحالي.',
  language: 'اللغة',
  group: 'المجموعة',
  groupHint: 'رقمها إذا كان هذا باب مجموعة واحدة فقط، وإلا فاتركه فارغًا.',
  save: 'حفظ وفتح الباب',
  cancel: 'إلغاء',
  checkingKey: 'جارٍ التحقق من المفتاح …',
  keyRefused: 'لا يقبل الخادم هذا المفتاح لتسجيل الحضور. أدخل مفتاحًا صالحًا مخصصًا لذلك.',
  keyUnchecked: 'لم يرد الخادم، فتعذّر التحقق من المفتاح. حاول مرة أخرى بعد لحظة.',
  groupInvalid: 'رقم المجموعة أرقام فقط.',
  card: 'بطاقة تنتهي بـ {card}',
  waiting: 'في الانتظار: {count}',
  headlines: {
    present: 'تفضّل بالدخول',
    already_in: 'حضورك مسجّل',
    unknown_code: 'بطاقة غير معروفة',
    inactive_student: 'اسأل في الاستقبال',
    not_enrolled: 'اسأل في الاستقبال',
    no_session_today: 'لا حصة اليوم',
    session_cancelled: 'الحصة ملغاة',
    too_early: 'الوقت مبكر',
    late_blocked: 'فات الموعد',
    very_late: 'فات الموعد',
    blocked_by_hand: 'راجع الاستقبال',
    frozen: 'راجع الاستقبال',
    credit_exceeded: 'ادفع في الاستقبال',
    new_student_no_payment: 'ادفع في الاستقبال',
  },
  colorHeadlines: {
    green: 'تفضّل بالدخول',
    yellow: 'راجع الاستقبال',
    red: 'غير مسموح بالدخول',
    white: 'اسأل في الاستقبال',
    gray: 'حضورك مسجّل',
  },
};

/** The page's words, by language. */
export const kioskTexts: Readonly<Record<Locale, KioskTexts>> = { en, ar };

/** Every language is written one way. */
export const directions: Readonly<Record<Locale, 'ltr' | 'rtl'>> = { en: 'ltr', ar: 'rtl' };
