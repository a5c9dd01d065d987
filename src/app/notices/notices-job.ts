import { deliverDueNotices, type PassResult } from '../../notices/index.ts';
import type { InstanceJob } from '../jobs/scheduled-job.ts';
import type { ServedInstance } from '../served-instance.ts';
import { noticeDeskOf, type NoticeConfiguration } from './notice-desk-of.ts';

/**
 * The job that delivers notices, four times a minute: a parent whose child stands at the door is told while it stands there, and a pass
 * that finds nothing is a few statements. `configurationOf` answers undefined where notices are not configured: they are then kept.
 */
export function noticesJob(configurationOf: (service: ServedInstance) => NoticeConfiguration | undefined): InstanceJob {
  return {
    name: 'notices',
    title: 'Deliver the notices that are due',
    pattern: '*/15 * * * * *',
    run: async (service, { now }): Promise<PassResult | { readonly skipped: string }> => {
      const configuration = configurationOf(service);
      if (configuration === undefined) return { skipped: 'the configuration has no "notices"' };
      const desk = await noticeDeskOf(service, configuration);
      return deliverDueNotices(desk, now === undefined ? {} : { now });
    },
  };
}
