import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
import { dollars } from '../money.ts';
import type { UserFacts } from '../queries/load-user.ts';
import { attemptCodeSchema, type AttemptCode } from './record-attempt.ts';

/** What became of a charge. Amounts are decimal texts of dollars. */
export interface ChargeAnswer {
  /** `replayed`: the source was charged before, and nothing was taken now. `refused`: nothing was taken, and the attempt is on record. */
  readonly status: 'charged' | 'replayed' | 'refused';
  readonly code: AttemptCode | null;
  readonly amount: string;
  /** The version of the rate card that priced it (U-36). */
  readonly rateCard: string | null;
  readonly balance: string;
  readonly available: string;
}

/** The schemas of its members, for answers that say more. */
export const chargeMembers: answer.Members<ChargeAnswer> = {
  status: answer.oneOf(['charged', 'replayed', 'refused'], 'Only charged has taken something by this call'),
  code: answer.nullable(attemptCodeSchema),
  amount: answer.amount('Dollars that were charged, or would have been'),
  rateCard: answer.nullable(answer.text('The version of the rate card in force')),
  balance: answer.amount('Dollars on the account afterwards'),
  available: answer.amount('Dollars that can be spent afterwards'),
};

/** The schema of `ChargeAnswer`. */
export const chargeSchema: TSchema = answer.answerOf<ChargeAnswer>(chargeMembers);

/** The answer for a charge, from the account as it is afterwards. */
export function chargeAnswer(
  after: Pick<UserFacts, 'balance' | 'available'>,
  charge: {
    readonly status: ChargeAnswer['status'];
    readonly code?: AttemptCode;
    readonly amount: bigint;
    readonly rateCard: unknown;
  },
): ChargeAnswer {
  const { status, code = null, amount, rateCard } = charge;
  return {
    status,
    code,
    amount: dollars(amount),
    rateCard: typeof rateCard === 'string' ? rateCard : null,
    balance: dollars(after.balance),
    available: dollars(after.available),
  };
}
