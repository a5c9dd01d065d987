import { grantDue } from './grants/grant-due.ts';
import { tellLowCredits } from './notices/tell-low-credits.ts';
import { giveUpPurchases } from './purchases/give-up-purchases.ts';
import { startDueTopUps } from './topups/start-due-top-ups.ts';
import type { Job } from '../job.ts';
import type { BillingPolicy } from './policy.ts';

/** The jobs of the billing system. Any interval will do; an hour is usual. */
export const billingJobs: readonly Job<BillingPolicy>[] = [
  { name: 'grants', title: 'Grant every period that has begun', run: grantDue },
  {
    name: 'top-ups',
    title: 'Begin the top-ups that are due',
    run: async (context) => ({ started: await startDueTopUps(context) }),
  },
  {
    name: 'stale-purchases',
    title: 'Give up purchases that nobody has paid in time',
    run: async (context) => ({ givenUp: Number(await giveUpPurchases(context)) }),
  },
  {
    name: 'low-credits',
    title: 'Tell users whose credits run low',
    run: async (context) => ({
      told: Number(await tellLowCredits(context, { threshold: context.policy.lowCredits })),
    }),
  },
];
