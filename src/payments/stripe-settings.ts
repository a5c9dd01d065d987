import { Type, type TSchema } from 'typebox';

/** How Stripe is reached and what it is told. Secrets stand in the environment; here are the names of their variables. */
export interface StripeSettings {
  /** The variable with the secret key, `sk_live_...`. */
  readonly secretKeyEnv: string;
  /**
   * The variables with signing secrets of the webhook endpoint: two while one is being replaced. One that is not set is passed
   * over, if another is.
   */
  readonly webhookSecretEnvs: readonly string[];
  /** For tests: where the interface is, such as `http://127.0.0.1:12111`. */
  readonly apiBase?: string;
  /** Where a buyer comes back to after paying, and after giving up. */
  readonly successUrl: string;
  readonly cancelUrl: string;
  /** Where a subscriber comes back to from the customer portal. */
  readonly returnUrl: string;
  /**
   * How old a signed webhook may be. Too short refuses webhooks when the clocks differ, and the provider sends them again for
   * days; too long lets whoever recorded one send it again, which the inbox then knows for a duplicate. So rather too long.
   */
  readonly toleranceSeconds: number;
  /**
   * How long one request may take. Too short gives up on payments that are made a moment later, and are found again by their key;
   * too long keeps a buyer waiting.
   */
  readonly timeoutMs: number;
  /** How often the SDK repeats a request that got no answer, under the same key. */
  readonly networkRetriesMax: number;
}

const closed = { additionalProperties: false };
const variable = (description: string): TSchema =>
  Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$', description });
const address = (description: string): TSchema => Type.String({ pattern: '^https?://', maxLength: 2000, description });

/** Checks and defaults of `StripeSettings`. */
export const stripeSettingsSchema: TSchema = Type.Object(
  {
    secretKeyEnv: Type.Optional({ ...variable('Variable with the secret key'), default: 'STRIPE_SECRET_KEY' }),
    webhookSecretEnvs: Type.Optional(
      Type.Array(variable('Variable with a signing secret'), {
        minItems: 1,
        maxItems: 5,
        default: ['STRIPE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_SECRET_PREVIOUS'],
        description: 'Variables with signing secrets of the webhook endpoint',
      }),
    ),
    apiBase: Type.Optional(address('Where the interface is, for tests')),
    successUrl: address('Where a buyer comes back to after paying'),
    cancelUrl: address('Where a buyer comes back to after giving up'),
    returnUrl: address('Where a subscriber comes back to from the customer portal'),
    toleranceSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3600, default: 300, description: 'How old a webhook may be' }),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 80_000, default: 20_000, description: 'How long a request may take' }),
    ),
    networkRetriesMax: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 5, default: 2, description: 'Repetitions of a request without answer' }),
    ),
  },
  closed,
);
