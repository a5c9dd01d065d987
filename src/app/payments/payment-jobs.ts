import type { JobRun, InstanceJob } from '../jobs/scheduled-job.ts';
import type { Payments } from './open-payments.ts';

/**
 * The jobs of Stripe on one instance. Each may run twice, late, or on two servers at once; until the billing system has its
 * tables there, they do nothing.
 */
export function paymentJobs(payments: Payments): readonly InstanceJob[] {
  return [
    {
      name: 'stripe-inbox',
      title: 'Handle the webhooks of Stripe that are due',
      // A buyer looks at the balance right after paying.
      pattern: '*/5 * * * * *',
      run: ready(payments, ({ now, signal }) => payments.process({ signal, ...asOf(now) })),
    },
    {
      name: 'stripe-top-ups',
      title: 'Pay the top-ups that have begun with the saved cards',
      pattern: '*/5 * * * *',
      run: ready(payments, ({ now }) => payments.payTopUps(asOf(now))),
    },
    {
      name: 'stripe-reconcile',
      title: 'Hold pending purchases and refunds against Stripe',
      pattern: '*/15 * * * *',
      run: ready(payments, ({ now }) => payments.reconcile(asOf(now))),
    },
  ];
}

function ready(payments: Payments, work: (run: JobRun) => Promise<unknown>): InstanceJob['run'] {
  return async (_service, run) =>
    (await payments.isReady()) ? work(run) : { skipped: 'billing has no tables here yet' };
}

function asOf(now: JobRun['now']): Pick<JobRun, 'now'> {
  return now === undefined ? {} : { now };
}
