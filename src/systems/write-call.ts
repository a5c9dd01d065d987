import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson, type CanonicalValue } from '../base/canonical-json.ts';
import { CarryoverError, type ErrorDefinition } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import { checkReference } from '../base/names.ts';
import type { LedgerWithin } from '../ledger/ledger-within.ts';
import { BulkStatement } from '../sql/bulk-statement.ts';
import type { BulkRows } from '../sql/contract/statements.ts';
import type { Database } from '../sql/database.ts';
import { executeDeferred } from '../sql/deferred.ts';
import type { Trx } from '../sql/engine.ts';
import type { OperationContext } from './operation.ts';

/** Longest key of an operation: those of its commands are longer by a number. */
export const OPERATION_KEY_LENGTH_MAX = 160;

/** What names a call. */
export interface CallOrigin {
  readonly operation: string;
  readonly key: string;
  readonly recordedAt: Instant;
}

/** One call of a writing operation, inside the one transaction it has. */
export class WriteCall<Policy> {
  readonly context: OperationContext<Policy>;
  readonly trx: Trx;
  readonly operation: string;
  readonly key: string;
  /** The present: the database's clock, or what stands in for it. */
  readonly now: Instant;
  /** When this is written down, always by the database's clock: a stand-in must not date the record. */
  readonly recordedAt: Instant;
  #commands = 0;
  #keepsKey = true;

  constructor(context: OperationContext<Policy>, trx: Trx, call: CallOrigin) {
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

  /** When entries of this call happened: absent where the ledger's own clock says it. */
  get occurredAt(): { readonly occurredAt?: Instant } {
    return this.context.now === undefined ? {} : { occurredAt: this.context.now };
  }

  /** False after `giveKeyBack`. */
  get keepsKey(): boolean {
    return this.#keepsKey;
  }

  /** A key for the next command of this call; one call makes the same keys in the same order each time. */
  nextCommandKey(): string {
    this.#commands += 1;
    return `${this.key}~${this.#commands}`;
  }

  /** For an answer that is a refusal written down: the same call may be made again and then be accepted. */
  giveKeyBack(): void {
    this.#keepsKey = false;
  }
}

/** What every writing operation is given: a key, the free text that is no part of its content, and the content. */
export interface KeyedInput {
  readonly key: string;
  readonly reason?: string;
  readonly note?: string;
}

/** Where a system keeps the answers to its calls, and what it says of a key that is taken. */
export interface RequestRules<Call> {
  /** A table with idempotency_key (unique), operation, content_hash, result and made_at. */
  readonly table: string;
  readonly keyReused: ErrorDefinition<{ operation: string; found: string }>;
  makeCall(trx: Trx, origin: CallOrigin): Call;
}

/**
 * Runs a writing operation in one transaction and once per key. The same key with the same content is answered with what
 * was answered first, whoever calls and however the reason is worded; two calls at the same moment wait for each other. Throws
 * `INPUT_INVALID` for a key that is no reference, the rules' error for a key taken by other content, and what the work
 * throws; then the key is not used up.
 */
export async function runKeyedWrite<Policy, Call extends WriteCall<Policy>, Result>(
  context: OperationContext<Policy>,
  request: { readonly operation: string; readonly input: KeyedInput; readonly rules: RequestRules<Call> },
  work: (call: Call) => Promise<Result>,
): Promise<Result> {
  const { operation, input, rules } = request;
  const key = checkReference('the key of an operation', input.key);
  const contentHash = requestHash(operation, input);
  return context.database.write(async (trx) => {
    const earlier = await claimKey(context, trx, { rules, operation, key, contentHash });
    if (earlier !== undefined) return JSON.parse(earlier) as Result;
    const recordedAt = await context.database.dialect.statements.serverNow(trx);
    const call = rules.makeCall(trx, { operation, key, recordedAt });
    const result = await work(call);
    if (call.keepsKey) {
      await sql`update ${sql.table(rules.table)} set result = ${JSON.stringify(result)} where idempotency_key = ${key}`.execute(
        trx,
      );
    } else await sql`delete from ${sql.table(rules.table)} where idempotency_key = ${key}`.execute(trx);
    return result;
  });
}

interface Claim {
  readonly rules: Pick<RequestRules<unknown>, 'table' | 'keyReused'>;
  readonly operation: string;
  readonly key: string;
  readonly contentHash: bigint;
}

/** Takes the key, or gives the answer that was given under it. A call at work under the same key is waited for. */
async function claimKey(
  { database }: Pick<OperationContext<unknown>, 'database'>,
  trx: Trx,
  claim: Claim,
): Promise<string | undefined> {
  const { statements, expressions } = database.dialect;
  const row = statements.rows('c', {
    columns: { idempotency_key: 'text', operation: 'text', content_hash: 'int64' },
    rows: [[claim.key, claim.operation, claim.contentHash]],
  });
  const inserted = await statements.insertIfAbsent(trx, {
    table: claim.rules.table,
    columns: ['idempotency_key', 'operation', 'content_hash', 'made_at'],
    source: sql`select c.idempotency_key, c.operation, c.content_hash, ${expressions.now()} from ${row}`,
    conflict: ['idempotency_key'],
  });
  if (inserted > 0n) return undefined;
  const { rows } = await sql<{ operation: string; content_hash: bigint; result: string | null }>`
    select r.operation, r.content_hash, r.result from ${sql.table(claim.rules.table)} r where r.idempotency_key = ${claim.key}`.execute(
    trx,
  );
  const [found] = rows;
  if (found === undefined) throw new Error('A key that is taken has no row.');
  if (found.operation !== claim.operation || found.content_hash !== claim.contentHash || found.result === null) {
    const by = found.operation === claim.operation ? 'other content' : `"${found.operation}"`;
    throw new CarryoverError(claim.rules.keyReused, { operation: claim.operation, found: by });
  }
  return found.result;
}

/** Answers to calls of one operation, by their keys. */
export interface Answers {
  readonly table: string;
  readonly operation: string;
  readonly answers: readonly { readonly key: string; readonly contentHash: bigint; readonly answer: unknown }[];
}

/**
 * Keeps the answers to calls whose keys were free before; one that was used meanwhile fails the transaction, by this statement or by what
 * follows it.
 */
export async function insertAnswers(
  database: Database,
  trx: Trx,
  { table, operation, answers }: Answers,
): Promise<void> {
  if (answers.length === 0) return;
  const rows: BulkRows = {
    columns: { idempotency_key: 'text', operation: 'text', content_hash: 'int64', result: 'text' },
    rows: answers.map(({ key, contentHash, answer }) => [key, operation, contentHash, JSON.stringify(answer)]),
  };
  await executeDeferred(trx, answersInto(table).bind(database, rows));
}

const answerStatements = new Map<string, BulkStatement>();

function answersInto(table: string): BulkStatement {
  const known = answerStatements.get(table);
  if (known !== undefined) return known;
  const made = new BulkStatement(
    ({ dialect: { statements, expressions } }, rows) => sql`
      insert into ${sql.table(table)} (idempotency_key, operation, content_hash, result, made_at)
      select a.idempotency_key, a.operation, a.content_hash, a.result, ${expressions.now()}
      from ${statements.rows('a', rows)}`,
  );
  answerStatements.set(table, made);
  return made;
}

/** The first 64 bits, signed, of SHA-256 over what the call does. Only calls under one key are ever compared. */
export function requestHash(operation: string, input: KeyedInput): bigint {
  const { key: _key, reason: _reason, note: _note, ...content } = input;
  const text = canonicalJson({ operation, content: hashable(content) });
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', text, 'hex').slice(0, 16)}`));
}

/** A provider's object may hold fractions, which canonical JSON has no form for: they count by their text. */
function hashable(value: unknown): CanonicalValue {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return `number ${value}`;
  if (Array.isArray(value)) return value.map(hashable);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value as CanonicalValue;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hashable(member)]));
}
