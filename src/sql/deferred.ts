import {
  CompiledQuery,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryId,
  type QueryResult,
  type RawBuilder,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';
import type { Trx } from './engine.ts';

/** Where the rows of a statement that was kept back arrive, once it was sent. */
interface Slot {
  rows?: readonly unknown[];
}

const deferredQueries = new WeakMap<QueryId, Slot>();

class DeferPlugin implements KyselyPlugin {
  readonly #slot: Slot;

  constructor(slot: Slot) {
    this.#slot = slot;
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    deferredQueries.set(queryId, this.#slot);
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

/** For statements whose results nobody reads; what arrives for it is dropped. */
const nobodysSlot: Slot = {};
const nobodysPlugin = new DeferPlugin(nobodysSlot);

/**
 * The same transaction for statements whose results nobody reads. A dialect may keep such a statement back and send it with
 * the next one or with COMMIT, in order, which saves a round trip each; others run it at once. Where it was kept back, it
 * answers with no rows and no count, and its failure is thrown by the statement it travelled with or by COMMIT: either way
 * the transaction does not happen and the error is classified as usual.
 */
export function deferred(trx: Trx): Trx {
  return trx.withPlugin(nobodysPlugin);
}

/**
 * Two statements one after the other, in one round trip where the dialect can keep the first one back; the second starts
 * after the first has ended either way, and sees what was committed by then. Returns the rows of both.
 */
export async function runTogether<First, Second>(
  trx: Trx,
  first: RawBuilder<First>,
  second: RawBuilder<Second>,
): Promise<readonly [readonly First[], readonly Second[]]> {
  const slot: Slot = {};
  const early = await first.execute(trx.withPlugin(new DeferPlugin(slot)));
  const { rows } = await second.execute(trx);
  return [(slot.rows ?? early.rows) as readonly First[], rows];
}

/** Shared by all of them, because nothing tells them apart and marking each one's own costs as much as binding it. */
const { queryId: nobodysQueryId } = CompiledQuery.raw('');
deferredQueries.set(nobodysQueryId, nobodysSlot);

/** Executes a compiled statement as `deferred` does: its result is empty where it was kept back. */
export function executeDeferred(trx: Trx, query: CompiledQuery): Promise<QueryResult<unknown>> {
  return trx.executeQuery({ ...query, queryId: nobodysQueryId });
}

/**
 * Executes a statement of `Statements.exactly`, deferred. Throws a plain Error where it changed another number of rows and
 * was not kept back; where it was, the statement itself makes the transaction fail.
 */
export async function changeExactly(trx: Trx, query: CompiledQuery, rows: number): Promise<void> {
  const { numAffectedRows = BigInt(rows) } = await executeDeferred(trx, query);
  if (numAffectedRows !== BigInt(rows))
    throw new Error(`A statement changed ${numAffectedRows} rows, against ${rows}.`);
}

/** For drivers: hands over the rows of a statement that was kept back. */
export function deliverDeferred(queryId: QueryId, rows: readonly unknown[]): void {
  const slot = deferredQueries.get(queryId);
  if (slot !== undefined && slot !== nobodysSlot) slot.rows = rows;
}

/** For drivers: true when the query was made through `deferred`. */
export function isDeferred(queryId: QueryId): boolean {
  return deferredQueries.has(queryId);
}
