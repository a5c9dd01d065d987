import type { NoticeTexts } from './notice-types.ts';

/** Persian. */
export const textsFa: NoticeTexts = {
  payment_block_new: {
    title: 'ورود ممکن نشد: شهریه هنوز پرداخت نشده است',
    text: 'امروز ورود {pupil} به کلاس {group} ممکن نشد: شهریه باید پیش از نخستین جلسه پرداخت شود. می‌توانید در پذیرش پرداخت کنید.',
  },
  payment_block_debt: {
    title: 'ورود ممکن نشد: جلسه‌های پرداخت‌نشده',
    text: 'امروز ورود {pupil} به کلاس {group} ممکن نشد: {debt} جلسه پرداخت نشده است، {number} جلسه بیش از حد مجاز. می‌توانید در پذیرش پرداخت کنید.',
  },
  payment_block_3rd: {
    title: 'پیش از جلسهٔ بعد پرداخت لازم است',
    text: '{pupil} همهٔ جلسه‌های مجاز بدون پرداخت در کلاس {group} را استفاده کرده است ({debt} جلسه) و با پرداخت جلسهٔ بعد دوباره پذیرفته می‌شود.',
  },
  credit_warning: {
    title: 'یک جلسهٔ دیگر تا زمان پرداخت',
    text: '{pupil} می‌تواند پیش از پرداخت، یک جلسهٔ دیگر در کلاس {group} شرکت کند. جلسه‌های پرداخت‌نشده تاکنون: {debt}.',
  },
  credit_final_warning: {
    title: 'لطفاً پیش از جلسهٔ بعد پرداخت کنید',
    text: 'لطفاً پیش از جلسهٔ بعدی کلاس {group} پرداخت کنید: {pupil} {debt} جلسهٔ پرداخت‌نشده دارد و به جلسهٔ دیگری پذیرفته نمی‌شود.',
  },
  payment_recorded: {
    title: 'پرداخت شما ثبت شد',
    text: 'سپاسگزاریم. با پرداخت {amount} {currency} برای {pupil} در کلاس {group}، {sessions} جلسه خریداری شد. جلسه‌های قابل استفاده: {remaining}.',
  },
  payment_confirmation: {
    title: 'رسید پرداخت',
    text: 'رسید {receipt}: {amount} {currency} برای {pupil}، کلاس {group}، ماه {month} دریافت شد.',
  },
  payment_reminder: {
    title: 'یادآوری جلسه‌های پرداخت‌نشده',
    text: 'یادآوری: {debt} جلسه از کلاس {group} برای {pupil} هنوز پرداخت نشده است.',
  },
  attendance_success: {
    title: 'حضور ثبت شد',
    text: '{pupil} ساعت {time} در کلاس {group} حاضر شد.',
  },
  late_block: {
    title: 'ورود ممکن نشد: تأخیر',
    text: '{pupil} {minutes} دقیقه پس از شروع کلاس {group} (ساعت {start}) رسید و پذیرفته نشد.',
  },
  session_cancelled: {
    title: 'لغو جلسه',
    text: 'جلسهٔ کلاس {group} در تاریخ {date} لغو شد. بابت آن چیزی از {pupil} کم نمی‌شود.',
  },
  gate_announcement: {
    title: 'روش تازهٔ حضور در کلاس',
    text: 'از تاریخ {date} تنها با پرداخت شهریه یا در حد مجاز می‌توان در جلسه شرکت کرد. امروز برای {pupil} در کلاس {group}، {debt} جلسه پرداخت نشده است.',
  },
};
