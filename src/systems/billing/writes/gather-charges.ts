import { sql } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import { checkReference } from '../../../base/names.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import type { PostCommand } from '../../../ledger/types.ts';
import { BulkStatement } from '../../../sql/bulk-statement.ts';
import type { BulkRows } from '../../../sql/contract/statements.ts';
import type { Database } from '../../../sql/database.ts';
import type { Trx } from '../../../sql/engine.ts';
import { GatheredWrites, type GatheredWrite } from '../../gathered-writes.ts';
import { insertAnswers, requestHash } from '../../write-call.ts';
import { readUserId } from '../inputs/read-values.ts';
import { rateCardAt } from '../rate-cards.ts';
import { BILLING_REQUESTS, occurredAt, type BillingContext } from './billing-call.ts';
import { chargeAnswer, type ChargeAnswer } from './charge-answer.ts';
import { priceCharge, readWanted, type Charge, type ChargeInput, type Wanted } from './read-charge.ts';
import { usageCommand } from './usage-command.ts';
import { attemptCode, insertAttempts, type NewAttempt } from './record-attempt.ts';

/** The operation that charges at once, as its key's answer and its attempts name it. */
export const DEDUCT = 'deduct';

/** A charge as it was asked for. */
export interface AskedCharge extends ChargeInput {
  readonly key: string;
  readonly userId: string;
  readonly sourceId: string;
}

interface WaitingCharge extends GatheredWrite {
  readonly sourceId: string;
  readonly wanted: Wanted;
  readonly contentHash: bigint;
  readonly context: BillingContext;
}

const gatheredByLedger = new WeakMap<Ledger, GatheredWrites<WaitingCharge, ChargeAnswer>>();

/**
 * Makes a charge together with others that are under way. Undefined where it was not made, or where it is not known whether it was:
 * to be made in a transaction of its own then, under the same key. Throws `INPUT_INVALID`, `LEDGER_QUEUE_FULL`.
 */
export async function gatherCharge(context: BillingContext, charge: AskedCharge): Promise<ChargeAnswer | undefined> {
  const { key, userId, sourceId } = charge;
  const wanted = readWanted(charge);
  const waiting: WaitingCharge = {
    key: checkReference('the key of an operation', key),
    owner: readUserId(userId),
    // Usage is priced with what the user's last usage left over.
    takesTurns: 'metered' in wanted,
    sourceId,
    wanted,
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
interface Free {
  readonly waiting: WaitingCharge;
  readonly accountId: bigint;
  readonly now: Instant;
  /** The database's clock. */
  readonly recordedAt: Instant;
}

/** A charge with its price. */
interface Ready extends Free {
  readonly charge: Charge;
  readonly command: PostCommand;
}

/** Whether an account is legacy's, frozen or closed, the ledger itself asks under its lock. */
async function makeCharges(
  batch: Batch,
  charges: readonly WaitingCharge[],
): Promise<readonly (ChargeAnswer | undefined)[]> {
  const { database, ledger, trx } = batch;
  if (charges.length > 1) await database.dialect.statements.preferIndexes(trx);
  const free = freeCharges(charges, await readStanding(batch, charges));
  const ready = readyCharges(free, await lockRemainders(batch, free));
  const outcomes = await ledger.within(trx).execute(ready.map(({ command }) => command));
  const answers = new Map<WaitingCharge, ChargeAnswer>();
  const attempts: NewAttempt[] = [];
  const charged: Ready[] = [];
  ready.forEach((one, index) => {
    const outcome = outcomes[index];
    const [after] = outcome?.after ?? [];
    if (outcome === undefined || after === undefined) return;
    const { waiting, charge } = one;
    const priced = { amount: charge.amount, rateCard: charge.details['rateCard'] };
    if (outcome.status === 'posted') {
      answers.set(waiting, chargeAnswer(after, { status: 'charged', ...priced }));
      charged.push(one);
    }
    const code = outcome.status === 'refused' ? attemptCode(outcome) : undefined;
    if (code === undefined) return;
    answers.set(waiting, chargeAnswer(after, { status: 'refused', code, ...priced }));
    attempts.push(attemptOf(one, { available: after.available, code }));
  });
  await keepRemainders(batch, charged);
  const kept = [...answers].filter(([, { status }]) => status === 'charged');
  const rows = kept.map(([{ key, contentHash }, answer]) => ({ key, contentHash, answer }));
  await insertAnswers(database, trx, { table: BILLING_REQUESTS, operation: DEDUCT, answers: rows });
  await insertAttempts(database, trx, attempts);
  return charges.map((charge) => answers.get(charge));
}

function attemptOf({ waiting, charge, now }: Ready, refusal: Pick<NewAttempt, 'available' | 'code'>): NewAttempt {
  const { owner: userId, sourceId, context } = waiting;
  return { userId, operation: DEDUCT, sourceId, amount: charge.amount, actor: context.actor, at: now, ...refusal };
}

function freeCharges(charges: readonly WaitingCharge[], standings: readonly Standing[]): Free[] {
  return charges.flatMap((waiting, place): Free[] => {
    const standing = standings[place];
    if (standing === undefined || standing.account_id === null || standing.used_key !== null) return [];
    const { account_id: accountId, now_at: recordedAt } = standing;
    return [{ waiting, accountId, recordedAt, now: waiting.context.now ?? recordedAt }];
  });
}

/** Usage of a model without a price, and usage that costs less than a micro-dollar with what was left over, is left to be charged alone. */
function readyCharges(charges: readonly Free[], remainders: ReadonlyMap<string, bigint>): Ready[] {
  return charges.flatMap((free): Ready[] => {
    const { waiting, accountId, now, recordedAt } = free;
    const { sourceId, wanted, context, owner } = waiting;
    const card = rateCardAt(context.policy.rateCards, now);
    if ('metered' in wanted && !Object.hasOwn(card.models, wanted.metered.model)) return [];
    const charge = priceCharge(wanted, card, remainders.get(owner) ?? 0n);
    if (charge.amount === 0n) return [];
    const command = usageCommand({ accountId, actor: context.actor }, { sourceId, ...charge });
    return [{ ...free, charge, command: { ...command, ...occurredAt(context, recordedAt) } }];
  });
}

/**
 * What the users whose usage is to be priced have left over, under their accounts' locks. All accounts of the batch are locked then: locking
 * the others later would be out of order.
 */
async function lockRemainders(
  { database, ledger, trx }: Batch,
  charges: readonly Free[],
): Promise<ReadonlyMap<string, bigint>> {
  const metered = charges.filter(({ waiting }) => 'metered' in waiting.wanted);
  if (metered.length === 0) return new Map();
  await ledger.within(trx).lock(charges.map(({ accountId }) => accountId));
  const ids = metered.map(({ accountId }) => accountId);
  const { rows } = await sql<{ user_id: string; usage_remainder: bigint }>`
    select u.user_id, u.usage_remainder from ${sql.table('carryover_billing_users')} as u
    where ${database.dialect.statements.idIn('u.account_id', ids)}`.execute(trx);
  return new Map(rows.map((row) => [row.user_id, row.usage_remainder]));
}

async function keepRemainders({ database, trx }: Batch, charged: readonly Ready[]): Promise<void> {
  const rows = charged.flatMap(({ waiting, charge }) =>
    charge.remainder === null ? [] : [[waiting.owner, charge.remainder] as const],
  );
  if (rows.length === 0) return;
  await database.dialect.statements.updateFromRows(trx, {
    table: 'carryover_billing_users',
    rows: { columns: { user_id: 'text', usage_remainder: 'int64' }, rows },
    key: ['user_id'],
    keyIsPrimary: true,
    set: ['usage_remainder'],
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
