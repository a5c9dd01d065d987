import type { Trx } from '../../../sql/engine.ts';
import type { OperationContext } from '../../operation.ts';
import { runKeyedWrite, WriteCall, type CallOrigin, type KeyedInput } from '../../write-call.ts';
import type { TuitionPolicy } from '../policy.ts';
import type { Reads } from '../queries/legacy-reads.ts';
import { requestKeyReused } from '../tuition-errors.ts';

/** The context of this system's operations. */
export type TuitionContext = OperationContext<TuitionPolicy>;

/** One call of a writing operation, inside the one transaction it has. */
export class OperationCall extends WriteCall<TuitionPolicy> {
  /** Legacy and own rows, as this transaction sees them. */
  get reads(): Reads {
    return { database: this.context.database, source: this.context.legacy, handle: this.trx };
  }
}

/**
 * Runs a writing operation in one transaction and once per key (T-34), as `runKeyedWrite` does. Throws `INPUT_INVALID`,
 * `TUITION_KEY_REUSED`, and what the work throws; then the key is not used up.
 */
export async function runWrite<Input extends KeyedInput, Result>(
  context: TuitionContext,
  { operation, input }: { readonly operation: string; readonly input: Input },
  work: (call: OperationCall) => Promise<Result>,
): Promise<Result> {
  const rules = {
    table: 'carryover_tuition_requests',
    keyReused: requestKeyReused,
    makeCall: (trx: Trx, origin: CallOrigin) => new OperationCall(context, trx, origin),
  };
  return runKeyedWrite(context, { operation, input, rules }, work);
}
