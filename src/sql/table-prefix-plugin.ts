import {
  OperationNodeTransformer,
  type IdentifierNode,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';

class PrefixTransformer extends OperationNodeTransformer {
  readonly #from: string;
  readonly #to: string;

  constructor(from: string, to: string) {
    super();
    this.#from = from;
    this.#to = to;
  }

  protected override transformIdentifier(node: IdentifierNode): IdentifierNode {
    return node.name.startsWith(this.#from)
      ? { ...node, name: `${this.#to}${node.name.slice(this.#from.length)}` }
      : node;
  }
}

/**
 * Lets one database hold Carryover's tables under another prefix: every quoted identifier that starts with the code's
 * prefix is written with the user's. Raw SQL must therefore name those tables by `sql.table` or `sql.ref`, never as text.
 */
export class TablePrefixPlugin implements KyselyPlugin {
  readonly #transformer: PrefixTransformer | undefined;

  constructor(from: string, to: string) {
    this.#transformer = from === to ? undefined : new PrefixTransformer(from, to);
  }

  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    return this.#transformer === undefined ? args.node : this.#transformer.transformNode(args.node, args.queryId);
  }

  async transformResult(args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return args.result;
  }
}
