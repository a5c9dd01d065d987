import { Type } from 'typebox';
import Value from 'typebox/value';
import type { NoticeSource } from '../../../notices/notice-source.ts';
import type { SystemNoticeSettings } from '../../../notices/settings.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { billingTemplates } from './billing-templates.ts';

const payloadSchema = Type.Object({ values: Type.Record(Type.String(), Type.String()) });

/**
 * The notices of the credits. The application's billing tables hold no address of a user, so these go by webhook to the application, which
 * knows its users. The day is UTC, as grant periods are.
 */
export function billingNotices(_context: Pick<BillingContext, 'legacy'>, settings: SystemNoticeSettings): NoticeSource {
  return {
    system: 'billing',
    templates: billingTemplates,
    lookUp: async (_handle, notices) =>
      new Map(
        notices.flatMap(({ id, payload }) => {
          if (!Value.Check(payloadSchema, payload)) return [];
          return [[id, { language: settings.language, zone: 'UTC', values: payload.values }]];
        }),
      ),
  };
}
