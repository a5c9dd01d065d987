import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** Usage of a model that the rate card does not price. */
export const modelUnknown: ErrorDefinition<{ model: string; rateCard: string }> = defineError({
  code: 'BILLING_MODEL_UNKNOWN',
  httpStatus: 422,
  retryable: false,
  summary: 'Usage names a model that the rate card in force does not price.',
  message: ({ model, rateCard }) =>
    `Cannot price usage of model "${model}": found no price, against one on rate card "${rateCard}".`,
  hint: () => 'Add the model to a new version of "rateCards" in the policy, or give the amount itself.',
});
