import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryId,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely';
import type { Trx } from './engine.ts';

const deferredQueries = new WeakSet<QueryId>();

class DeferPlugin implements KyselyPlugin {
  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    deferredQueries.add(queryId);
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

const deferPlugin = new DeferPlugin();

/**
 * The same transaction for statements whose results nobody reads. A dialect may keep such a statement back and send it with
 * the next one or with COMMIT, in order, which saves a round trip each; others run it at once. Where it was kept back, it
 * answers with no rows and no count, and its failure is thrown by the statement it travelled with or by COMMIT: either way
 * the transaction does not happen and the error is classified as usual.
 */
export function deferred(trx: Trx): Trx {
  return trx.withPlugin(deferPlugin);
}

/** For drivers: true when the query was made through `deferred`. */
export function isDeferred(queryId: QueryId): boolean {
  return deferredQueries.has(queryId);
}
