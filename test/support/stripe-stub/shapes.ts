import { Type, type TSchema } from 'typebox';
import Value from 'typebox/value';
import type { Form } from './form.ts';

const cents = Type.String({ pattern: '^[1-9][0-9]{0,9}$' });
const words = Type.String({ minLength: 1, maxLength: 500 });
const flag = Type.Union([Type.Literal('true'), Type.Literal('false')]);
const address = Type.String({ pattern: '^https?://' });
const usd = Type.Literal('usd');
const metadata = Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 500 })));

function closed(members: Record<string, TSchema>): TSchema {
  return Type.Object(members, { additionalProperties: false });
}

const lineItem = Type.Union([
  closed({
    quantity: Type.Literal('1'),
    price_data: closed({ currency: usd, unit_amount: cents, product_data: closed({ name: words }) }),
  }),
  closed({ quantity: Type.Literal('1'), price: words }),
]);

const paid = closed({ metadata, setup_future_usage: Type.Optional(Type.Literal('off_session')) });
const session = {
  customer: words,
  line_items: Type.Array(lineItem, { minItems: 1 }),
  metadata,
  success_url: address,
  cancel_url: address,
};

/** What each request that changes something may say: Stripe refuses unknown parameters, and so does this. */
const SHAPES: readonly (readonly [path: RegExp, shape: TSchema])[] = [
  [/^\/v1\/customers$/, closed({ metadata })],
  [
    /^\/v1\/payment_intents$/,
    closed({
      amount: cents,
      currency: usd,
      customer: words,
      metadata,
      automatic_payment_methods: Type.Optional(closed({ enabled: flag })),
      setup_future_usage: Type.Optional(Type.Literal('off_session')),
      payment_method: Type.Optional(words),
      off_session: Type.Optional(flag),
      confirm: Type.Optional(flag),
    }),
  ],
  [/^\/v1\/payment_intents\/[^/]+\/cancel$/, closed({})],
  [
    /^\/v1\/checkout\/sessions$/,
    Type.Union([
      closed({ ...session, mode: Type.Literal('payment'), payment_intent_data: Type.Optional(paid) }),
      closed({
        ...session,
        mode: Type.Literal('subscription'),
        subscription_data: Type.Optional(closed({ metadata })),
      }),
    ]),
  ],
  [/^\/v1\/billing_portal\/sessions$/, closed({ customer: words, return_url: address })],
  [/^\/v1\/subscriptions\/[^/]+$/, closed({ cancel_at_period_end: flag })],
  [
    /^\/v1\/refunds$/,
    closed({
      payment_intent: words,
      amount: Type.Optional(cents),
      reason: Type.Optional(
        Type.Union([Type.Literal('duplicate'), Type.Literal('fraudulent'), Type.Literal('requested_by_customer')]),
      ),
      metadata,
    }),
  ],
];

/** What is wrong with a request, or undefined. */
export function shapeFlaw(path: string, form: Form): string | undefined {
  const shape = SHAPES.find(([pattern]) => pattern.test(path))?.[1];
  if (shape === undefined) return `nothing can be posted to ${path}`;
  const [flaw] = Value.Errors(shape, form);
  return flaw === undefined ? undefined : `${flaw.instancePath || 'the parameters'} ${flaw.message}`;
}
