interface Answers {
  readonly responses?: Record<string, unknown>;
}

interface Document {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Answers>>>>;
  readonly components?: { responses?: Record<string, unknown> };
}

/** More codes than these make a name that nobody reads; such answers stay where they are. */
const CODES_MAX = 3;

/**
 * The document with answers that many routes share in one place each, named by their codes: a quarter of its length, and a change of one
 * is seen once.
 */
export function hoistProblems(document: object): object {
  const copy = structuredClone(document) as Document;
  const shared: Record<string, unknown> = {};
  for (const operation of Object.values(copy.paths ?? {}).flatMap((methods) => Object.values(methods))) {
    for (const [status, answer] of Object.entries(operation.responses ?? {})) {
      const codes = (answer as { readonly description?: string }).description?.split(', ') ?? [];
      if (status.startsWith('2') || codes.length > CODES_MAX) continue;
      const name = codes.join('.');
      shared[name] = answer;
      (operation.responses as Record<string, unknown>)[status] = { $ref: `#/components/responses/${name}` };
    }
  }
  const responses = Object.fromEntries(Object.entries(shared).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return { ...copy, components: { ...copy.components, responses } };
}
