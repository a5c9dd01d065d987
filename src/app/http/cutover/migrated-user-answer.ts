import type { TSchema } from 'typebox';
import * as answer from '../../../systems/answer-fields.ts';
import { dollars } from '../../../systems/billing/money.ts';
import type { CarriedCredits } from '../../../systems/billing/queries/carried-credits.ts';
import { renamedMembers, renamedSchema, snakeCase } from '../../../systems/wire-names.ts';
import { gateAnswer } from './preview-answers.ts';

const STATUSES = ['would-migrate', 'blocked', 'migrated', 'already-migrated', 'under-way', 'failed'] as const;

/** What became, or would become, of the migration of one user. Amounts are decimal texts of dollars. */
export interface MigratedUser {
  readonly userId: string;
  readonly status: (typeof STATUSES)[number];
  readonly dryRun: boolean;
  readonly authority: CarriedCredits['authority'];
  readonly purchased: string;
  readonly used: string;
  /** What was bought minus what was used. */
  readonly oldBalance: string;
  readonly grant: string;
  readonly newBalance: string;
  readonly storedBalance: string | null;
  readonly switchedAt: string | null;
  readonly cohort: string | null;
  readonly gates: readonly object[];
  readonly outcomeAt: string | null;
}

const schema: TSchema = answer.answerOf<MigratedUser>(
  {
    userId: answer.text('The user'),
    status: answer.oneOf(
      STATUSES,
      'Blocked: a gate is closed; under way: it goes on, and the same request with its key says how it ended',
    ),
    dryRun: answer.flag('Whether it was only looked at'),
    authority: answer.oneOf(['legacy', 'ledger'], 'Who decides about the user now'),
    purchased: answer.amount('Dollars that were bought'),
    used: answer.amount('Dollars of them that were used'),
    oldBalance: answer.amount('The one minus the other'),
    grant: answer.amount("Dollars that are left of the running period's allowance"),
    newBalance: answer.amount('Dollars on the account: the old balance and the grant'),
    storedBalance: answer.nullable(
      answer.amount(
        'What the row of the old application says, which its facts may contradict; null once it decides nothing',
      ),
    ),
    switchedAt: answer.nullable(
      answer.instant('When the ledger began to decide; null before, or for a user opened here'),
    ),
    cohort: answer.nullable(answer.text('What the accounts switched together are called')),
    gates: answer.list(gateAnswer, 'What must be so, and whether it is; empty where it was not only looked at'),
    outcomeAt: answer.nullable(answer.text('The address that says how it goes on or ended')),
  },
  'What became, or would become, of it',
);

/** Its schema, in the names of the address. */
export const migratedUserSchema: TSchema = renamedSchema(schema, snakeCase);

/** The answer, in the names of the address. */
export function migratedUserAnswer(
  credits: CarriedCredits,
  told: Pick<MigratedUser, 'userId' | 'status' | 'dryRun'> & Partial<Pick<MigratedUser, 'gates' | 'outcomeAt'>>,
): unknown {
  const { authority, purchased, used, grant, balance, stored, switchedAt, cohort } = credits;
  const answered: MigratedUser = {
    gates: [],
    outcomeAt: null,
    ...told,
    authority,
    purchased: dollars(purchased),
    used: dollars(used),
    oldBalance: dollars(balance - grant),
    grant: dollars(grant),
    newBalance: dollars(balance),
    storedBalance: stored === null ? null : dollars(stored),
    switchedAt: switchedAt?.toString() ?? null,
    cohort,
  };
  return renamedMembers(answered, snakeCase);
}
