import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { Instant } from '../../../base/instant.ts';
import type { Database } from '../../../sql/database.ts';
import { sampleRandom, type SampleRandom } from '../../sample-random.ts';
import { SampleWriter } from '../../sample-writer.ts';
import { sampleSubscriptions, type SampleSubscription } from './sample-account.ts';
import { DOLLAR, SAAS_DECIMALS, sampleCredits, type SampleCredits } from './sample-credits.ts';
import { saasId } from './saas-ids.ts';
import { createSaasTables, saasTables } from './saas-tables.ts';
import { ACCOUNTS_PER_TRAP, saasTrap, saasTraps, type SaasTrapCode } from './saas-traps.ts';

/** The size of a sample SaaS. */
export interface SampleSaasOptions {
  /** At least 53, so that every trap has its account; 5,000 unless told. */
  readonly users?: number;
  /** Another seed gives another SaaS of the same kind. */
  readonly seed?: number;
  /** The present of the SaaS, around which all its dates lie; the sixteenth of July 2026 unless told. */
  readonly asOf?: Instant;
}

/** What was made. The same options make the same rows on every engine. */
export interface SampleSaas {
  readonly asOf: Instant;
  readonly accounts: number;
  readonly subscriptions: number;
  readonly purchases: number;
  readonly usage: number;
  readonly messages: number;
  /** How often each trap was planted; none is 0. */
  readonly traps: Readonly<Record<SaasTrapCode, number>>;
}

/** The present of the sample, unless told otherwise. */
export const SAMPLE_SAAS_AS_OF: Instant = Instant.parse('2026-07-16T10:00:00Z');

const DAY_MS = 86_400_000;
const MESSAGES_MAX = 12;
/** Some use nothing at all. */
const QUIET_PERCENT = 35;

interface Saas {
  readonly writer: SampleWriter;
  readonly random: SampleRandom;
  readonly asOf: Instant;
  readonly traps: Record<SaasTrapCode, number>;
}

/**
 * Makes the old application's tables in an empty database and fills them with a SaaS whose data has every trap that `saasTraps` lists. All
 * people are numbers. Throws `INPUT_INVALID` for fewer than 53 users.
 */
export async function createSampleSaas(database: Database, options: SampleSaasOptions = {}): Promise<SampleSaas> {
  const { users = 5_000, seed = 1, asOf = SAMPLE_SAAS_AS_OF } = options;
  if (!Number.isInteger(users) || users < ACCOUNTS_PER_TRAP) {
    throw new CarryoverError(inputInvalid, {
      what: 'the number of users of a sample SaaS',
      found: String(users),
      expected: `a whole number of at least ${ACCOUNTS_PER_TRAP}`,
    });
  }
  await createSaasTables(database, { decimals: SAAS_DECIMALS });
  const traps = Object.fromEntries(saasTraps.map(({ code }) => [code, 0])) as Record<SaasTrapCode, number>;
  const writer = new SampleWriter(database, saasTables, { decimals: SAAS_DECIMALS });
  const saas: Saas = { writer, random: sampleRandom(seed), asOf, traps };
  for (let user = 1; user <= users; user += 1) {
    addAccount(saas, user);
    await writer.writeFull();
  }
  await writer.writeRest();
  const count = (table: string): number => writer.count(table);
  return {
    asOf,
    accounts: count('accounts'),
    subscriptions: count('billing_subscriptions'),
    purchases: count('credit_purchases'),
    usage: count('credit_usage'),
    messages: count('usage_messages'),
    traps,
  };
}

function addAccount(saas: Saas, number: number): void {
  const { asOf, random, traps, writer } = saas;
  const trap = saasTrap(number);
  if (trap !== undefined) traps[trap] += 1;
  const id = saasId(number);
  const createdAt = asOf.plusMillis(-(700 + random.below(300)) * DAY_MS - random.below(DAY_MS));
  if (trap !== 'user-gone') writer.addWithId('accounts', [id, trap === 'team' ? 0n : 1n, id, createdAt]);
  const subscriptions = trap === 'user-gone' ? [] : sampleSubscriptions(trap, asOf, random);
  if (subscriptions.length > 0) {
    // Nobody can have an address under this domain.
    writer.addWithId('billing_customers', [`cus_${number}`, id, `user-${number}@saas.invalid`, 1n]);
  }
  for (const subscription of subscriptions) addSubscription(saas, number, subscription);
  addCredits(saas, number, sampleCredits(trap, asOf, random));
  addMessages(saas, number, trap);
}

function addSubscription({ writer }: Saas, number: number, subscription: SampleSubscription): void {
  const { status, price, quantity, created, startsAt, endsAt } = subscription;
  const id = `sub_${number}_${writer.count('billing_subscriptions') + 1}`;
  writer.addWithId('billing_subscriptions', [
    id,
    saasId(number),
    `cus_${number}`,
    status,
    price,
    BigInt(quantity),
    0n,
    created,
    startsAt,
    endsAt,
  ]);
}

function addCredits({ writer, asOf }: Saas, number: number, { purchases, usage, stored }: SampleCredits): void {
  const user = saasId(number);
  for (const { amount, status, createdAt, completedAt, expiresAt } of purchases) {
    const id = saasId(writer.count('credit_purchases') + 1);
    writer.addWithId('credit_purchases', [
      id,
      user,
      amount,
      `pi_${writer.count('credit_purchases') + 1}`,
      status,
      'Credits',
      createdAt,
      completedAt,
      expiresAt,
    ]);
  }
  for (const { amount, type, usedAt } of usage) {
    const id = saasId(writer.count('credit_usage') + 1);
    const thread = saasId(number * 10);
    writer.addWithId('credit_usage', [id, user, amount, thread, id, 'Usage', type, usedAt, 'tier_2_20']);
  }
  if (stored === null) return;
  const { balance, purchased, used } = stored;
  writer.addWithId('credit_balance', [user, balance, purchased, used, asOf.plusMillis(-DAY_MS)]);
}

/** Messages of the last weeks, most of them of the running period. */
function addMessages({ writer, random, asOf }: Saas, number: number, trap: SaasTrapCode | undefined): void {
  const add = (cost: bigint, at: Instant): void => {
    writer.addWithId('usage_messages', [saasId(writer.count('usage_messages') + 1), saasId(number), cost, at]);
  };
  const justNow = asOf.plusMillis(-60_000);
  if (trap === 'allowance-used-up') return add((DOLLAR * 249n) / 10n, justNow);
  if (trap === 'over-the-allowance') return add(DOLLAR * 61n, justNow);
  if (random.percent(QUIET_PERCENT)) return;
  const count = random.below(MESSAGES_MAX);
  for (let message = 0; message < count; message += 1)
    add(BigInt(1 + random.below(8_000)), asOf.plusMillis(-random.below(40 * DAY_MS)));
}
