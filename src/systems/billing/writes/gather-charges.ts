import { sql } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import { checkReference } from '../../../base/names.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import type { PostCommand } from '../../../ledger/types.ts';
import { BulkStatement } from '../../../sql/bulk-statement.ts';
import type { BulkRows } from '../../../sql/contract/statements.ts';
import type { Database } from '../../../sql/database.ts';
import type { Trx } from '../../../sql/engine.ts';
import { GatheredWrites } from '../../gathered-writes.ts';
import { insertAnswers, requestHash } from '../../write-call.ts';
import { readDollars, readUserId } from '../inputs/read-values.ts';
import { rateCardAt } from '../rate-cards.ts';
import { BILLING_REQUESTS, occurredAt, type BillingContext } from './billing-call.ts';
import { chargeAnswer, type ChargeAnswer } from './charge-answer.ts';
import { usageCommand } from './usage-command.ts';
import { attemptCode, insertAttempts, type NewAttempt } from './record-attempt.ts';

/** The operation that charges at once, as its key's answer and its attempts name it. */
export const DEDUCT = 'deduct';

/** A charge of an amount that the application knows, which depends on nothing but the balance. */
export interface PlainCharge {
  readonly key: string;
  readonly userId: string;
  readonly sourceId: string;
  readonly amount: string;
}

interface WaitingCharge {
  readonly key: string;
  readonly owner: string;
  readonly sourceId: string;
  readonly amount: bigint;
  readonly contentHash: bigint;
  readonly context: BillingContext;
}

const gatheredByLedger = new WeakMap<Ledger, GatheredWrites<WaitingCharge, ChargeAnswer>>();

/**
 * Makes a plain charge together with others that are under way. Undefined where it was not made, or where it is not known whether it was:
 * to be made in a transaction of its own then, under the same key. Throws `INPUT_INVALID`, `LEDGER_QUEUE_FULL`.
 */
export async function gatherCharge(context: BillingContext, charge: PlainCharge): Promise<ChargeAnswer | undefined> {
  const { key, userId, sourceId, amount } = charge;
  const waiting: WaitingCharge = {
    key: checkReference('the key of an operation', key),
    owner: readUserId(userId),
    sourceId,
    amount: readDollars('the amount', amount),
    contentHash: requestHash(DEDUCT, charge),
    context,
  };
  return gatheredOn(context).make(waiting);
}

function gatheredOn({ database, ledger }: BillingContext): GatheredWrites<WaitingCharge, ChargeAnswer> {
  const known = gatheredByLedger.get(ledger);
  if (known !== undefined) return known;
  const made = new GatheredWrites<WaitingCharge, ChargeAnswer>(ledger, (trx, charges) =>
    makeCharges({ database, ledger, trx }, charges),
  );
  gatheredByLedger.set(ledger, made);
  return made;
}

interface Batch {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly trx: Trx;
}

/** A charge that may be made: its account is there, and its key is free. */
interface Ready {
  readonly charge: WaitingCharge;
  readonly command: PostCommand;
  readonly rateCard: string;
  readonly now: Instant;
}

/** Whether an account is legacy's, frozen or closed, the ledger itself asks under its lock. */
async function makeCharges(
  batch: Batch,
  charges: readonly WaitingCharge[],
): Promise<readonly (ChargeAnswer | undefined)[]> {
  const { database, ledger, trx } = batch;
  if (charges.length > 1) await database.dialect.statements.preferIndexes(trx);
  const ready = readyCharges(charges, await readStanding(batch, charges));
  const outcomes = await ledger.within(trx).execute(ready.map(({ command }) => command));
  const answers = new Map<WaitingCharge, ChargeAnswer>();
  const attempts: NewAttempt[] = [];
  ready.forEach((one, index) => {
    const outcome = outcomes[index];
    const [after] = outcome?.after ?? [];
    if (outcome === undefined || after === undefined) return;
    const { charge, rateCard } = one;
    const { amount } = charge;
    if (outcome.status === 'posted') answers.set(charge, chargeAnswer(after, { status: 'charged', amount, rateCard }));
    const code = outcome.status === 'refused' ? attemptCode(outcome) : undefined;
    if (code === undefined) return;
    answers.set(charge, chargeAnswer(after, { status: 'refused', code, amount, rateCard }));
    attempts.push(attemptOf(one, { available: after.available, code }));
  });
  const kept = [...answers].filter(([, { status }]) => status === 'charged');
  const rows = kept.map(([{ key, contentHash }, answer]) => ({ key, contentHash, answer }));
  await insertAnswers(database, trx, { table: BILLING_REQUESTS, operation: DEDUCT, answers: rows });
  await insertAttempts(database, trx, attempts);
  return charges.map((charge) => answers.get(charge));
}

function attemptOf({ charge, now }: Ready, refusal: Pick<NewAttempt, 'available' | 'code'>): NewAttempt {
  const { owner: userId, sourceId, amount, context } = charge;
  return { userId, operation: DEDUCT, sourceId, amount, actor: context.actor, at: now, ...refusal };
}

function readyCharges(charges: readonly WaitingCharge[], standings: readonly Standing[]): Ready[] {
  return charges.flatMap((charge, place): Ready[] => {
    const standing = standings[place];
    if (standing === undefined || standing.account_id === null || standing.used_key !== null) return [];
    const { sourceId, amount, context } = charge;
    const now = context.now ?? standing.now_at;
    const { version: rateCard } = rateCardAt(context.policy.rateCards, now);
    const by = { accountId: standing.account_id, actor: context.actor };
    const command = usageCommand(by, { sourceId, amount, details: { rateCard } });
    return [{ charge, command: { ...command, ...occurredAt(context, standing.now_at) }, rateCard, now }];
  });
}

/** What stands about a charge before it is made. */
interface Standing {
  /** The user's account; null where nobody is known by that id. */
  readonly account_id: bigint | null;
  /** The call's key, where it was used. */
  readonly used_key: string | null;
  /** The database's clock. */
  readonly now_at: Instant;
}

async function readStanding({ database, trx }: Batch, charges: readonly WaitingCharge[]): Promise<readonly Standing[]> {
  const rows: BulkRows = {
    columns: { place: 'int64', user_id: 'text', idempotency_key: 'text' },
    rows: charges.map(({ owner, key }, place) => [BigInt(place), owner, key]),
  };
  return (await trx.executeQuery<Standing>(standingQuery.bind(database, rows))).rows;
}

const standingQuery = new BulkStatement(
  ({ dialect: { statements, expressions } }, rows) => sql`
    select u.account_id, r.idempotency_key as used_key, ${expressions.now()} as now_at
    from ${statements.rows('c', rows)}
    left join ${sql.table('carryover_billing_users')} as u on u.user_id = c.user_id
    left join ${sql.table(BILLING_REQUESTS)} as r on r.idempotency_key = c.idempotency_key
    order by c.place`,
);
