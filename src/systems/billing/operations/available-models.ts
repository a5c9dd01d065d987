import type { TSchema } from 'typebox';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { userUnknown } from '../billing-errors.ts';
import { standingAt } from '../grants/grant-due.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars, micros } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { canRun } from '../queries/balance-answer.ts';
import { loadUser } from '../queries/load-user.ts';
import { chargedPerMillion, multiplierText, rateCardAt } from '../rate-cards.ts';
import { rightsOf } from '../tiers.ts';
import { runRead } from '../writes/billing-call.ts';

/** Who asks. */
export interface AvailableModelsInput {
  readonly userId: string;
}

/** One model of the rate card. Amounts are decimal texts of dollars. */
export interface ModelAnswer {
  readonly model: string;
  /** What a million tokens cost the user: the provider's price times the multiplier. */
  readonly inputPerMillion: string;
  readonly outputPerMillion: string;
  /** Whether the tier may use it. */
  readonly inTier: boolean;
  /** Whether work with it may begin now. */
  readonly canRun: boolean;
}

/** The models that are priced now. */
export interface AvailableModels {
  readonly userId: string;
  readonly tier: string;
  readonly rateCard: string;
  readonly multiplier: string;
  readonly available: string;
  readonly needed: string;
  readonly models: readonly ModelAnswer[];
}

const modelSchema: TSchema = answer.answerOf<ModelAnswer>({
  model: answer.text('The model, as usage names it'),
  inputPerMillion: answer.amount('Dollars that a million tokens of input cost the user'),
  outputPerMillion: answer.amount('Dollars that a million tokens of output cost the user'),
  inTier: answer.flag('Whether the tier may use it'),
  canRun: answer.flag('Whether work with it may begin now'),
});

const availableModelsSchema: TSchema = answer.answerOf<AvailableModels>({
  userId: answer.text('The user'),
  tier: answer.text('The tier in force'),
  rateCard: answer.text('The version of the rate card in force, which usage is priced by'),
  multiplier: answer.amount('What the prices of the provider were multiplied by'),
  available: answer.amount('Dollars that can be spent now'),
  needed: answer.amount('The least that must be available for work to begin'),
  models: answer.list(modelSchema, 'Every model that the card prices, by name'),
});

/**
 * Lists the models of the rate card in force, with what they cost and whether work with them may begin: by the one rule that `check`
 * asks (U-44), for models that the tier may use. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_USER_UNKNOWN`.
 */
export const availableModels: Operation<BillingPolicy, AvailableModelsInput, AvailableModels> = defineOperation({
  name: 'available-models',
  title: 'List the models, what they cost, and whether work with them may begin',
  input: field.inputOf({ userId: field.userId }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: availableModelsSchema,
  errors: [userUnknown],
  run: (context, input) =>
    runRead(context, async (handle, now) => {
      const { database, policy } = context;
      const user = await loadUser(database, handle, readUserId(input.userId));
      const { name: tier, models: named } = rightsOf(policy, standingAt(user.row, policy, now).tier);
      const card = rateCardAt(policy.rateCards, now);
      const mayRun = canRun(user, policy);
      const models = Object.entries(card.models).map(([model, { inputPerMillion, outputPerMillion }]): ModelAnswer => {
        const inTier = named === undefined || named.includes(model);
        return {
          model,
          inputPerMillion: chargedPerMillion(card, inputPerMillion),
          outputPerMillion: chargedPerMillion(card, outputPerMillion),
          inTier,
          canRun: inTier && mayRun,
        };
      });
      return {
        userId: user.userId,
        tier,
        rateCard: card.version,
        multiplier: multiplierText(card),
        available: dollars(user.available),
        needed: dollars(micros(policy.minimumToRun)),
        models: models.toSorted((a, b) => (a.model < b.model ? -1 : 1)),
      };
    }),
});
