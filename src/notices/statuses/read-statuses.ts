import { Type, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { CarryoverError } from '../../base/errors.ts';
import { inputInvalid } from '../../base/base-errors.ts';

/** What the provider says of one message. */
export interface ProviderStatus {
  readonly providerId: string;
  /** Our reference, where the provider sent it along. */
  readonly reference: string | undefined;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  readonly errorCode: number | undefined;
}

const KNOWN = ['sent', 'delivered', 'read', 'failed'] as const;

/** The provider adds members as it likes; what is not read here is not looked at. */
const status = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 191 }),
  status: Type.String(),
  biz_opaque_callback_data: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(Type.Object({ code: Type.Integer() }))),
});

const webhook: TSchema = Type.Object({
  entry: Type.Array(
    Type.Object({
      changes: Type.Array(Type.Object({ value: Type.Object({ statuses: Type.Optional(Type.Array(Type.Unknown())) }) })),
    }),
  ),
});

interface Webhook {
  readonly entry: readonly {
    readonly changes: readonly { readonly value: { readonly statuses?: readonly unknown[] } }[];
  }[];
}

/**
 * The statuses in the body of a webhook. Messages of people, and statuses of a kind that is not known, are left out. Throws
 * `INPUT_INVALID` for a body of another form.
 */
export function readStatuses(body: unknown): readonly ProviderStatus[] {
  if (!Value.Check(webhook, body)) {
    throw new CarryoverError(inputInvalid, {
      what: 'a status webhook',
      found: 'another form',
      expected: '{"entry": [{"changes": [{"value": {"statuses": [...]}}]}]}',
    });
  }
  return (body as Webhook).entry
    .flatMap(({ changes }) => changes.flatMap(({ value }) => value.statuses ?? []))
    .flatMap((one) => {
      if (!Value.Check(status, one)) return [];
      const known = KNOWN.find((word) => word === one.status);
      if (known === undefined) return [];
      const { id: providerId, biz_opaque_callback_data: reference, errors } = one;
      return [{ providerId, reference, status: known, errorCode: errors?.[0]?.code }];
    });
}
