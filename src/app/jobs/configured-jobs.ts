import { noticeConfigurationOf } from '../notices/notice-configuration-of.ts';
import { noticesJob } from '../notices/notices-job.ts';
import { paymentJobs } from '../payments/payment-jobs.ts';
import type { Payments } from '../payments/open-payments.ts';
import { paymentsOf } from '../payments/payments-of.ts';
import type { ServedInstance } from '../served-instance.ts';
import { jobsOf } from './jobs-of.ts';
import type { ScheduledJob } from './scheduled-job.ts';

/**
 * Every job of an instance: those of its systems, those of the service, and those of what its configuration names besides, such as channels of
 * notices and a provider of payments. Throws `CONFIG_INVALID`, `CONFIG_SECRET_MISPLACED`.
 */
export function configuredJobs(
  service: ServedInstance,
  payments: Payments | undefined = paymentsOf(service),
): readonly ScheduledJob[] {
  const notices = noticeConfigurationOf(service.app);
  return jobsOf(service, [
    ...(notices === undefined ? [] : [noticesJob(() => notices)]),
    ...(payments === undefined ? [] : paymentJobs(payments)),
  ]);
}
