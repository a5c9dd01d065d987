interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
}

interface Operation {
  readonly parameters?: readonly { required?: boolean; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Record<string, unknown>;
}

interface Document {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { responses?: Record<string, unknown> };
}

/** More codes than these make a name that nobody reads; such answers stay where they are. */
const CODES_MAX = 3;

/**
 * The document as it is served: answers that many routes share stand in one place each, named by their codes, which makes it a quarter
 * shorter; and what is filled in where it is left out is not called required, as the schemas that check requests have it.
 */
export function finishedDocument(document: object): object {
  const copy = structuredClone(document) as Document;
  const shared: Record<string, unknown> = {};
  for (const operation of Object.values(copy.paths ?? {}).flatMap((methods) => Object.values(methods))) {
    hoistProblems(operation, shared);
    freeDefaults(operation);
  }
  const responses = Object.fromEntries(Object.entries(shared).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return { ...copy, components: { ...copy.components, responses } };
}

function hoistProblems({ responses = {} }: Operation, shared: Record<string, unknown>): void {
  for (const [status, answer] of Object.entries(responses)) {
    const codes = (answer as { readonly description?: string }).description?.split(', ') ?? [];
    if (status.startsWith('2') || codes.length > CODES_MAX) continue;
    const name = codes.join('.');
    shared[name] = answer;
    responses[status] = { $ref: `#/components/responses/${name}` };
  }
}

function freeDefaults({ parameters = [], requestBody }: Operation): void {
  for (const parameter of parameters) if (parameter.schema?.default !== undefined) parameter.required = false;
  for (const { schema } of Object.values(requestBody?.content ?? {})) {
    if (schema?.required === undefined) continue;
    schema.required = schema.required.filter((name) => schema.properties?.[name]?.default === undefined);
  }
}
