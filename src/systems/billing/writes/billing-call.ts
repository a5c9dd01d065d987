import type { Instant } from '../../../base/instant.ts';
import type { Handle, Trx } from '../../../sql/engine.ts';
import type { OperationContext } from '../../operation.ts';
import { runKeyedWrite, WriteCall, type CallOrigin, type KeyedInput } from '../../write-call.ts';
import { requestKeyReused } from '../billing-errors.ts';
import type { BillingPolicy } from '../policy.ts';

/** Where the answers to keyed calls are kept. */
export const BILLING_REQUESTS = 'carryover_billing_requests';

/** The context of this system's operations. */
export type BillingContext = OperationContext<BillingPolicy>;

/** One call of a writing operation, inside the one transaction it has. */
export class BillingCall extends WriteCall<BillingPolicy> {
  override get occurredAt(): { readonly occurredAt?: Instant } {
    return occurredAt(this.context, this.recordedAt);
  }
}

/** When entries happened. None can be dated ahead of the ledger's clock, so a present that stands in for a later one leaves the date to it. */
export function occurredAt(
  { now }: Pick<BillingContext, 'now'>,
  recordedAt: Instant,
): { readonly occurredAt?: Instant } {
  return now === undefined || recordedAt.isBefore(now) ? {} : { occurredAt: now };
}

/**
 * Runs a writing operation in one transaction and once per key, as `runKeyedWrite` does. Throws `INPUT_INVALID`,
 * `BILLING_KEY_REUSED`, and what the work throws; then the key is not used up.
 */
export async function runWrite<Input extends KeyedInput, Result>(
  context: BillingContext,
  { operation, input }: { readonly operation: string; readonly input: Input },
  work: (call: BillingCall) => Promise<Result>,
): Promise<Result> {
  const rules = {
    table: BILLING_REQUESTS,
    keyReused: requestKeyReused,
    makeCall: (trx: Trx, origin: CallOrigin) => new BillingCall(context, trx, origin),
  };
  return runKeyedWrite(context, { operation, input, rules }, work);
}

/**
 * Runs one step of a job in a transaction of its own, without a key: what it does is keyed by itself, so that twice changes nothing. The name
 * is what its entries' keys begin with.
 */
export async function runStep<Result>(
  context: BillingContext,
  name: string,
  work: (call: BillingCall) => Promise<Result>,
): Promise<Result> {
  return context.database.write(async (trx) => {
    const recordedAt = await context.database.dialect.statements.serverNow(trx);
    return work(new BillingCall(context, trx, { operation: name, key: name, recordedAt }));
  });
}

/** Runs a reading operation on one consistent snapshot, which the database keeps from writing. */
export async function runRead<Result>(
  { database, now }: BillingContext,
  work: (handle: Handle, now: Instant) => Promise<Result>,
): Promise<Result> {
  return database.read(async (handle) => work(handle, now ?? (await database.dialect.statements.serverNow(handle))));
}
