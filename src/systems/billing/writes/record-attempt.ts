import type { TSchema } from 'typebox';
import { formatActor } from '../../../base/actor.ts';
import { refusalError } from '../../../ledger/kernel/refusal-error.ts';
import type { Command, Outcome } from '../../../ledger/types.ts';
import * as answer from '../../answer-fields.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { UserFacts } from '../queries/load-user.ts';
import type { BillingCall } from './billing-call.ts';

/** Why a charge was refused. */
export type AttemptCode = 'insufficient-credits' | 'settled-above-hold' | 'account-frozen';

/** The schema of `AttemptCode`. */
export const attemptCodeSchema: TSchema = answer.oneOf<AttemptCode>(
  ['insufficient-credits', 'settled-above-hold', 'account-frozen'],
  'Why it was refused',
);

/** A charge that could not be made, micro-dollars. */
export interface Attempt {
  readonly sourceId: string;
  readonly amount: bigint;
  readonly available: bigint;
  readonly code: AttemptCode;
}

/** Writes a refused charge down in the call's own transaction, so that the refusal stays on record (U-29). */
export async function recordAttempt(call: BillingCall, user: UserFacts, refused: Attempt): Promise<void> {
  const { sourceId, amount, available, code } = refused;
  await billingTables(call.trx)
    .insertInto('carryover_billing_attempts')
    .values({
      user_id: user.userId,
      operation: call.operation,
      source_id: sourceId,
      amount,
      available,
      code,
      actor: formatActor(call.context.actor),
      attempted_at: call.now,
    })
    .execute();
}

/**
 * Makes one charge or hold. Where there are too few credits, or the account is frozen, that is an answer: it is on record, and the key is given back, so that the same call is
 * accepted once there are credits. Undefined where it was made; any other refusal of the ledger is thrown.
 */
export async function tryCharge(
  call: BillingCall,
  user: UserFacts,
  given: { readonly command: Command; readonly sourceId: string; readonly amount: bigint },
): Promise<AttemptCode | undefined> {
  const { amount, command, sourceId } = given;
  const [outcome] = await call.ledger.execute([command]);
  if (outcome?.status !== 'refused') return undefined;
  const code = attemptCode(outcome);
  if (code === undefined) throw refusalError(command, outcome);
  await recordAttempt(call, user, { sourceId, amount, available: user.available, code });
  call.giveKeyBack();
  return code;
}

function attemptCode({ code }: Extract<Outcome, { status: 'refused' }>): AttemptCode | undefined {
  if (code === 'LEDGER_FLOOR_BREACHED') return 'insufficient-credits';
  return code === 'LEDGER_ACCOUNT_FROZEN' ? 'account-frozen' : undefined;
}
