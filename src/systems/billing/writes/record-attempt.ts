import type { TSchema } from 'typebox';
import { formatActor, type Actor } from '../../../base/actor.ts';
import type { Instant } from '../../../base/instant.ts';
import { refusalError } from '../../../ledger/kernel/refusal-error.ts';
import type { Command, Outcome } from '../../../ledger/types.ts';
import type { Database } from '../../../sql/database.ts';
import type { Trx } from '../../../sql/engine.ts';
import * as answer from '../../answer-fields.ts';
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

/** An attempt with who made it, and when. */
export interface NewAttempt extends Attempt {
  readonly userId: string;
  readonly operation: string;
  readonly actor: Actor;
  readonly at: Instant;
}

/** Writes a refused charge down in the call's own transaction, so that the refusal stays on record (U-29). */
export async function recordAttempt(call: BillingCall, user: UserFacts, refused: Attempt): Promise<void> {
  const { context, operation, now } = call;
  const made = { ...refused, userId: user.userId, operation, actor: context.actor, at: now };
  await insertAttempts(context.database, call.trx, [made]);
}

/** Writes refused charges down. */
export async function insertAttempts(database: Database, trx: Trx, attempts: readonly NewAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  await database.dialect.statements.insertRows(trx, 'carryover_billing_attempts', {
    columns: {
      user_id: 'text',
      operation: 'text',
      source_id: 'text',
      amount: 'int64',
      available: 'int64',
      code: 'text',
      actor: 'text',
      attempted_at: 'instant',
    },
    rows: attempts.map(({ userId, operation, sourceId, amount, available, code, actor, at }) => [
      userId,
      operation,
      sourceId,
      amount,
      available,
      code,
      formatActor(actor),
      at,
    ]),
  });
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

/** The code of an attempt that goes on record; undefined for refusals that are errors. */
export function attemptCode({ code }: Extract<Outcome, { status: 'refused' }>): AttemptCode | undefined {
  if (code === 'LEDGER_FLOOR_BREACHED') return 'insufficient-credits';
  return code === 'LEDGER_ACCOUNT_FROZEN' ? 'account-frozen' : undefined;
}
