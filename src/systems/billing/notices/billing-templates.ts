import type { NoticeTemplate } from '../../../notices/texts/notice-template.ts';

/** The type of a notice of this system. */
export type BillingNoticeType = 'credits_low';

/** Every notice this system sends. */
export const billingTemplates: Readonly<Record<BillingNoticeType, NoticeTemplate>> = {
  credits_low: {
    version: 1,
    mandatory: false,
    pace: 'normal',
    parameters: ['available', 'threshold'],
    title: {
      en: 'Your credits are running low',
      ar: 'رصيدكم على وشك النفاد',
      fa: 'اعتبار شما رو به پایان است',
    },
    text: {
      en: 'You have {available} dollars of credits left, less than {threshold}. Buy credits to keep your work running.',
      ar: 'بقي لديكم رصيد قدره {available} دولار، وهو أقل من {threshold}. اشتروا رصيدًا حتى لا يتوقف عملكم.',
      fa: 'از اعتبار شما {available} دلار مانده است که کمتر از {threshold} است. برای آنکه کارتان متوقف نشود، اعتبار بخرید.',
    },
  },
};
