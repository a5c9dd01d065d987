import { fillText, parametersOf, type Locale, type TextParams } from '../gate/scan-texts.ts';

/** A message to a parent. `{pupil}` and `{group}` are looked up when it is sent, everything else is kept with the notice. */
export interface NoticeTemplate extends Readonly<Record<Locale, string>> {
  /** Counts up when a text or its parameters change; a notice says which version it was made for. */
  readonly version: number;
  /** True when a parent cannot opt out: it says that a child was turned away or that money was taken (T-40). */
  readonly mandatory: boolean;
  /** In the order in which a channel with numbered places wants them. */
  readonly parameters: readonly string[];
}

/** The type of a notice, as its row in the outbox has it. */
export type NoticeType =
  | 'payment_block_new'
  | 'payment_block_debt'
  | 'payment_block_3rd'
  | 'credit_warning'
  | 'credit_final_warning'
  | 'payment_recorded'
  | 'payment_confirmation'
  | 'payment_reminder'
  | 'attendance_success'
  | 'late_block'
  | 'session_cancelled'
  | 'gate_announcement';

/** Every notice this system sends. */
export const noticeTemplates: Readonly<Record<NoticeType, NoticeTemplate>> = {
  payment_block_new: {
    version: 1,
    mandatory: true,
    parameters: ['pupil', 'group'],
    en: '{pupil} could not be admitted to {group} today: the fees have to be paid before the first session. You can pay at the desk.',
    ar: 'لم نتمكن اليوم من إدخال {pupil} إلى مجموعة {group}: يجب دفع الرسوم قبل أول حصة. يمكنكم الدفع في الاستقبال.',
  },
  payment_block_debt: {
    version: 1,
    mandatory: true,
    parameters: ['pupil', 'group', 'debt', 'number'],
    en: '{pupil} could not be admitted to {group} today: {debt} sessions are unpaid, {number} over the limit. You can pay at the desk.',
    ar: 'لم نتمكن اليوم من إدخال {pupil} إلى مجموعة {group}: عدد الحصص غير المدفوعة {debt}، بزيادة {number} عن الحد. يمكنكم الدفع في الاستقبال.',
  },
  payment_block_3rd: {
    version: 1,
    mandatory: true,
    parameters: ['pupil', 'group', 'debt'],
    en: '{pupil} has used up the unpaid sessions allowed in {group} ({debt}) and is admitted again as soon as the next session is paid.',
    ar: 'استنفد {pupil} الحصص المسموح بها دون دفع في مجموعة {group} (عددها {debt})، ويُسمح له بالدخول فور دفع الحصة القادمة.',
  },
  credit_warning: {
    version: 1,
    mandatory: false,
    parameters: ['pupil', 'group', 'debt'],
    en: '{pupil} can attend one more session of {group} before a payment is needed. Unpaid so far: {debt}.',
    ar: 'يمكن لـ {pupil} حضور حصة واحدة أخرى في مجموعة {group} قبل أن يلزم الدفع. غير المدفوع حتى الآن: {debt}.',
  },
  credit_final_warning: {
    version: 1,
    mandatory: true,
    parameters: ['pupil', 'group', 'debt'],
    en: 'Please pay before the next session of {group}: {pupil} has {debt} unpaid sessions and cannot be admitted to another one.',
    ar: 'من فضلكم ادفعوا قبل الحصة القادمة لمجموعة {group}: على {pupil} عدد {debt} حصص غير مدفوعة ولن يُسمح بحصة أخرى.',
  },
  payment_recorded: {
    version: 1,
    mandatory: false,
    parameters: ['pupil', 'group', 'amount', 'currency', 'sessions', 'remaining'],
    en: 'Thank you. {amount} {currency} for {pupil} in {group} bought {sessions} sessions. Sessions that can be attended now: {remaining}.',
    ar: 'شكرًا لكم. مبلغ {amount} {currency} عن {pupil} في مجموعة {group} مقابل {sessions} حصص. الحصص المتاحة الآن: {remaining}.',
  },
  payment_confirmation: {
    version: 1,
    mandatory: true,
    parameters: ['receipt', 'amount', 'currency', 'pupil', 'group', 'month'],
    en: 'Receipt {receipt}: {amount} {currency} received for {pupil}, {group}, month {month}.',
    ar: 'إيصال {receipt}: استلمنا {amount} {currency} عن {pupil}، مجموعة {group}، شهر {month}.',
  },
  payment_reminder: {
    version: 1,
    mandatory: false,
    parameters: ['pupil', 'group', 'debt'],
    en: 'A reminder: {debt} sessions of {pupil} in {group} are not paid yet.',
    ar: 'تذكير: عدد الحصص غير المدفوعة لـ {pupil} في مجموعة {group} هو {debt}.',
  },
  attendance_success: {
    version: 1,
    mandatory: false,
    parameters: ['pupil', 'group', 'time'],
    en: '{pupil} arrived for {group} at {time}.',
    ar: 'وصل {pupil} إلى حصة {group} الساعة {time}.',
  },
  late_block: {
    version: 1,
    mandatory: true,
    parameters: ['pupil', 'group', 'minutes', 'start'],
    en: '{pupil} came {minutes} minutes after the start ({start}) of {group} and was not admitted.',
    ar: 'وصل {pupil} بعد بداية حصة {group} (الساعة {start}) بـ {minutes} دقيقة ولم يُسمح له بالدخول.',
  },
  session_cancelled: {
    version: 1,
    mandatory: true,
    parameters: ['group', 'date', 'pupil'],
    en: 'The session of {group} on {date} is cancelled. Nothing is taken from {pupil} for it.',
    ar: 'أُلغيت حصة مجموعة {group} يوم {date}. لن يُخصم شيء من رصيد {pupil} عنها.',
  },
  gate_announcement: {
    version: 1,
    mandatory: true,
    parameters: ['date', 'pupil', 'group', 'debt'],
    en: 'From {date} a session can be attended only while it is paid or within the allowance. For {pupil} in {group}, {debt} sessions are unpaid today.',
    ar: 'اعتبارًا من {date} لا يمكن حضور حصة إلا إذا كانت مدفوعة أو ضمن الحد المسموح. على {pupil} في مجموعة {group} عدد {debt} حصص غير مدفوعة اليوم.',
  },
};

/** The parameters that are names of people and groups: they are no part of a stored notice. */
export const LOOKED_UP_PARAMETERS: readonly string[] = ['pupil', 'group'];

/** The text of a notice. Throws an Error for a parameter that is missing. */
export function renderNotice(type: NoticeType, values: TextParams, locale: Locale): string {
  return fillText(noticeTemplates[type][locale], values);
}

/** The parameters of a notice in its channel's order. Throws an Error for one that is missing. */
export function orderedParameters(type: NoticeType, values: TextParams): readonly string[] {
  return noticeTemplates[type].parameters.map((name) => fillText(`{${name}}`, values));
}

/** The parameters that a stored notice of that type must have. */
export function storedParameters(type: NoticeType): readonly string[] {
  return noticeTemplates[type].parameters.filter((name) => !LOOKED_UP_PARAMETERS.includes(name));
}

/** The parameters that a template's text has in a language, for checks. */
export function textParameters(type: NoticeType, locale: Locale): readonly string[] {
  return parametersOf(noticeTemplates[type][locale]);
}
