import type { TSchema } from 'typebox';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { userUnknown } from '../billing-errors.ts';
import { standingAt } from '../grants/grant-due.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { loadUser } from '../queries/load-user.ts';
import { rightsOf } from '../tiers.ts';
import { runRead } from '../writes/billing-call.ts';

/** Whose limits. */
export interface ProjectLimitsInput {
  readonly userId: string;
}

/** How many there may be. */
export interface LimitAnswer {
  /** Null for any number. */
  readonly limit: number | null;
  /** How many there are; null where the application counts them. */
  readonly used: number | null;
}

/** What a tier may have. Amounts are decimal texts of dollars. */
export interface ProjectLimits {
  readonly userId: string;
  readonly tier: string;
  readonly projects: LimitAnswer;
  readonly threads: LimitAnswer;
  readonly concurrentRuns: LimitAnswer;
  readonly held: string;
}

const limitSchema = (what: string): TSchema =>
  answer.answerOf<LimitAnswer>(
    {
      limit: answer.nullable(answer.count('How many there may be; null for any number')),
      used: answer.nullable(answer.count('How many there are; null where the application counts them')),
    },
    what,
  );

const projectLimitsSchema: TSchema = answer.answerOf<ProjectLimits>({
  userId: answer.text('The user'),
  tier: answer.text('The tier whose limits they are'),
  projects: limitSchema('Projects'),
  threads: limitSchema('Threads'),
  concurrentRuns: limitSchema('Work at the same time; what is used are the open authorizations'),
  held: answer.amount('Dollars that the open authorizations hold'),
});

/**
 * Says how many projects, threads and runs the tier may have. The application keeps projects and threads, and counts them itself; the
 * ledger knows the work that goes on by its authorizations. Nothing is refused by it here. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `BILLING_USER_UNKNOWN`.
 */
export const projectLimits: Operation<BillingPolicy, ProjectLimitsInput, ProjectLimits> = defineOperation({
  name: 'project-limits',
  title: 'Say how many projects, threads and runs a user may have',
  input: field.inputOf({ userId: field.userId }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: projectLimitsSchema,
  errors: [userUnknown],
  run: (context, input) =>
    runRead(context, async (handle, now) => {
      const { database, policy } = context;
      const user = await loadUser(database, handle, readUserId(input.userId));
      const { name: tier, limits } = rightsOf(policy, standingAt(user.row, policy, now).tier);
      return {
        userId: user.userId,
        tier,
        projects: { limit: limits.projects, used: null },
        threads: { limit: limits.threads, used: null },
        concurrentRuns: { limit: limits.concurrentRuns, used: user.holds.length },
        held: dollars(user.held),
      };
    }),
});
