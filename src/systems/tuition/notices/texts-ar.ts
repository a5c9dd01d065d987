import type { NoticeTexts } from './notice-types.ts';

/** Arabic. */
export const textsAr: NoticeTexts = {
  payment_block_new: {
    title: 'تعذّر الدخول: لم تُدفع الرسوم بعد',
    text: 'لم نتمكن اليوم من إدخال {pupil} إلى مجموعة {group}: يجب دفع الرسوم قبل أول حصة. يمكنكم الدفع في الاستقبال.',
  },
  payment_block_debt: {
    title: 'تعذّر الدخول: حصص غير مدفوعة',
    text: 'لم نتمكن اليوم من إدخال {pupil} إلى مجموعة {group}: عدد الحصص غير المدفوعة {debt}، بزيادة {number} عن الحد. يمكنكم الدفع في الاستقبال.',
  },
  payment_block_3rd: {
    title: 'يلزم الدفع قبل الحصة القادمة',
    text: 'استنفد {pupil} الحصص المسموح بها دون دفع في مجموعة {group} (عددها {debt})، ويُسمح له بالدخول فور دفع الحصة القادمة.',
  },
  credit_warning: {
    title: 'حصة واحدة متبقية قبل الدفع',
    text: 'يمكن لـ {pupil} حضور حصة واحدة أخرى في مجموعة {group} قبل أن يلزم الدفع. غير المدفوع حتى الآن: {debt}.',
  },
  credit_final_warning: {
    title: 'يُرجى الدفع قبل الحصة القادمة',
    text: 'من فضلكم ادفعوا قبل الحصة القادمة لمجموعة {group}: على {pupil} عدد {debt} حصص غير مدفوعة ولن يُسمح بحصة أخرى.',
  },
  payment_recorded: {
    title: 'تم تسجيل الدفعة',
    text: 'شكرًا لكم. مبلغ {amount} {currency} عن {pupil} في مجموعة {group} مقابل {sessions} حصص. الحصص المتاحة الآن: {remaining}.',
  },
  payment_confirmation: {
    title: 'إيصال دفع',
    text: 'إيصال {receipt}: استلمنا {amount} {currency} عن {pupil}، مجموعة {group}، شهر {month}.',
  },
  payment_reminder: {
    title: 'تذكير بحصص غير مدفوعة',
    text: 'تذكير: عدد الحصص غير المدفوعة لـ {pupil} في مجموعة {group} هو {debt}.',
  },
  attendance_success: {
    title: 'تم تسجيل الحضور',
    text: 'وصل {pupil} إلى حصة {group} الساعة {time}.',
  },
  late_block: {
    title: 'تعذّر الدخول بسبب التأخير',
    text: 'وصل {pupil} بعد بداية حصة {group} (الساعة {start}) بـ {minutes} دقيقة ولم يُسمح له بالدخول.',
  },
  session_cancelled: {
    title: 'إلغاء حصة',
    text: 'أُلغيت حصة مجموعة {group} يوم {date}. لن يُخصم شيء من رصيد {pupil} عنها.',
  },
  gate_announcement: {
    title: 'نظام الحضور الجديد',
    text: 'اعتبارًا من {date} لا يمكن حضور حصة إلا إذا كانت مدفوعة أو ضمن الحد المسموح. على {pupil} في مجموعة {group} عدد {debt} حصص غير مدفوعة اليوم.',
  },
};
