import type { Addressee, NoAddressee, NoticeSource } from '../../src/notices/notice-source.ts';
import type { NoticePace, NoticeTemplate } from '../../src/notices/texts/notice-template.ts';

/** A small system whose recipients are in memory. */
export function schoolSource(recipients: ReadonlyMap<string, Addressee | NoAddressee>): NoticeSource {
  return {
    system: 'school',
    templates: {
      receipt: template({ mandatory: true, pace: 'normal' }),
      refused: template({ mandatory: true, pace: 'urgent' }),
      reminder: template({ mandatory: false, pace: 'normal' }),
      arrived: template({ mandatory: false, pace: 'urgent' }),
      announcement: template({ mandatory: true, pace: 'bulk' }),
    },
    lookUp: async (_handle, notices) =>
      new Map(
        notices.flatMap((notice) => {
          const found = recipients.get(notice.recipient);
          if (found === undefined) return [];
          const { values } = notice.payload as { values: Readonly<Record<string, string>> };
          return [[notice.id, 'skip' in found ? found : { ...found, values: { ...values, ...found.values } }]];
        }),
      ),
  };
}

function template({ mandatory, pace }: { readonly mandatory: boolean; readonly pace: NoticePace }): NoticeTemplate {
  return {
    version: 2,
    mandatory,
    pace,
    parameters: ['name', 'amount'],
    title: { en: 'From the school', ar: 'من المدرسة', fa: 'از آموزشگاه' },
    text: { en: '{name}: {amount}.', ar: '{name}: المبلغ {amount}.', fa: '{name}: مبلغ {amount}.' },
  };
}
