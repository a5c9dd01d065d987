import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson, type CanonicalValue } from '../../../base/canonical-json.ts';
import { CarryoverError } from '../../../base/errors.ts';
import type { Instant } from '../../../base/instant.ts';
import { checkReference } from '../../../base/names.ts';
import type { LedgerWithin } from '../../../ledger/ledger-within.ts';
import type { Trx } from '../../../sql/engine.ts';
import type { OperationContext } from '../../operation.ts';
import type { TuitionPolicy } from '../policy.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { Reads } from '../queries/legacy-reads.ts';
import { requestKeyReused } from '../tuition-errors.ts';

/** The context of this system's operations. */
export type TuitionContext = OperationContext<TuitionPolicy>;

/** One call of a writing operation, inside the one transaction it has. */
export class OperationCall {
  readonly context: TuitionContext;
  readonly trx: Trx;
  readonly operation: string;
  readonly key: string;
  /** The present: the database's clock, or what stands in for it. */
  readonly now: Instant;
  /** When this is written down, always by the database's clock: a stand-in must not date the record. */
  readonly recordedAt: Instant;
  #commands = 0;

  constructor(context: TuitionContext, trx: Trx, call: { operation: string; key: string; recordedAt: Instant }) {
    this.context = context;
    this.trx = trx;
    this.operation = call.operation;
    this.key = call.key;
    this.now = context.now ?? call.recordedAt;
    this.recordedAt = call.recordedAt;
  }

  /** The ledger inside this call's transaction. */
  get ledger(): LedgerWithin {
    return this.context.ledger.within(this.trx);
  }

  /** Legacy and own rows, as this transaction sees them. */
  get reads(): Reads {
    return { database: this.context.database, source: this.context.legacy, handle: this.trx };
  }

  /** When entries of this call happened: absent where the ledger's own clock says it. */
  get occurredAt(): { readonly occurredAt?: Instant } {
    return this.context.now === undefined ? {} : { occurredAt: this.context.now };
  }

  /** A key for the next command of this call; one call makes the same keys in the same order each time. */
  nextCommandKey(): string {
    this.#commands += 1;
    return `${this.key}~${this.#commands}`;
  }
}

/** Longest key of an operation: those of its commands are longer by a number. */
export const OPERATION_KEY_LENGTH_MAX = 160;

/** What every writing operation is given: a key, the free text that is no part of its content, and the content. */
export interface KeyedInput {
  readonly key: string;
  readonly reason?: string;
  readonly note?: string;
}

/**
 * Runs a writing operation in one transaction and once per key (T-34). The same key with the same content is answered with what
 * was answered first, whoever calls and however the reason is worded; two calls at the same moment wait for each other. Throws
 * `INPUT_INVALID` for a key that is no reference, `TUITION_KEY_REUSED` for a key taken by other content, and what the work
 * throws; then the key is not used up.
 */
export async function runWrite<Input extends KeyedInput, Result>(
  context: TuitionContext,
  request: { readonly operation: string; readonly input: Input },
  work: (call: OperationCall) => Promise<Result>,
): Promise<Result> {
  const { operation, input } = request;
  const key = checkReference('the key of an operation', input.key);
  const contentHash = hashOf(operation, input);
  return context.database.write(async (trx) => {
    const earlier = await claimKey(context, trx, { operation, key, contentHash });
    if (earlier !== undefined) return JSON.parse(earlier) as Result;
    const recordedAt = await context.database.dialect.statements.serverNow(trx);
    const result = await work(new OperationCall(context, trx, { operation, key, recordedAt }));
    await deskTables(trx)
      .updateTable('carryover_tuition_requests')
      .set({ result: JSON.stringify(result) })
      .where('idempotency_key', '=', key)
      .execute();
    return result;
  });
}

interface Claim {
  readonly operation: string;
  readonly key: string;
  readonly contentHash: bigint;
}

/** Takes the key, or gives the answer that was given under it. A call at work under the same key is waited for. */
async function claimKey({ database }: TuitionContext, trx: Trx, claim: Claim): Promise<string | undefined> {
  const { statements, expressions } = database.dialect;
  const row = statements.rows('c', {
    columns: { idempotency_key: 'text', operation: 'text', content_hash: 'int64' },
    rows: [[claim.key, claim.operation, claim.contentHash]],
  });
  const inserted = await statements.insertIfAbsent(trx, {
    table: 'carryover_tuition_requests',
    columns: ['idempotency_key', 'operation', 'content_hash', 'made_at'],
    source: sql`select c.idempotency_key, c.operation, c.content_hash, ${expressions.now()} from ${row}`,
    conflict: ['idempotency_key'],
  });
  if (inserted > 0n) return undefined;
  const found = await deskTables(trx)
    .selectFrom('carryover_tuition_requests')
    .select(['operation', 'content_hash', 'result'])
    .where('idempotency_key', '=', claim.key)
    .executeTakeFirstOrThrow();
  if (found.operation !== claim.operation || found.content_hash !== claim.contentHash || found.result === null) {
    const by = found.operation === claim.operation ? 'other content' : `"${found.operation}"`;
    throw new CarryoverError(requestKeyReused, { operation: claim.operation, found: by });
  }
  return found.result;
}

/** The first 64 bits, signed, of SHA-256 over what the call does. Only calls under one key are ever compared. */
function hashOf(operation: string, input: KeyedInput): bigint {
  const { key: _key, reason: _reason, note: _note, ...content } = input;
  const text = canonicalJson({ operation, content: content as Readonly<Record<string, CanonicalValue>> });
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', text, 'hex').slice(0, 16)}`));
}
