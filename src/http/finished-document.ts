interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
}

interface Parameter {
  required?: boolean;
  readonly schema?: Schema;
  readonly $ref?: string;
}

interface Operation {
  parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Record<string, unknown>;
}

interface Document {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: object;
}

/** More codes than these make a name that nobody reads; such answers stay where they are. */
const CODES_MAX = 3;

/** What every answer with a tag has in common; the document names it once. */
const TAG_PARTS = {
  headers: {
    ETag: {
      description: "A tag of the answer's bytes, to ask with later whether they changed",
      schema: { type: 'string' },
    },
  },
  parameters: {
    IfNoneMatch: {
      name: 'If-None-Match',
      in: 'header',
      required: false,
      description:
        'The ETag of an answer that the caller has, a list of them, or *; then 304 says that it is still the answer',
      schema: { type: 'string' },
    },
  },
};

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
    describeTag(operation, shared);
  }
  const responses = Object.fromEntries(Object.entries(shared).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return { ...copy, components: { ...copy.components, ...TAG_PARTS, responses } };
}

function hoistProblems({ responses = {} }: Operation, shared: Record<string, unknown>): void {
  for (const [status, answer] of Object.entries(responses)) {
    const codes = (answer as { readonly description?: string }).description?.split(', ') ?? [];
    if (Number(status) < 400 || codes.length > CODES_MAX) continue;
    const name = codes.join('.');
    shared[name] = answer;
    responses[status] = { $ref: `#/components/responses/${name}` };
  }
}

/** Operations that answer 304 take the header that asks for it, and their good answer has the tag. */
function describeTag(operation: Operation, shared: Record<string, unknown>): void {
  const { responses = {}, parameters = [] } = operation;
  if (responses['304'] === undefined) return;
  const headers = { ETag: { $ref: '#/components/headers/ETag' } };
  shared['Unchanged'] = { ...responses['304'], headers };
  responses['304'] = { $ref: '#/components/responses/Unchanged' };
  responses['200'] = { ...(responses['200'] as object), headers };
  operation.parameters = [...parameters, { $ref: '#/components/parameters/IfNoneMatch' }];
}

function freeDefaults({ parameters = [], requestBody }: Operation): void {
  for (const parameter of parameters) if (parameter.schema?.default !== undefined) parameter.required = false;
  for (const { schema } of Object.values(requestBody?.content ?? {})) {
    if (schema?.required === undefined) continue;
    schema.required = schema.required.filter((name) => schema.properties?.[name]?.default === undefined);
  }
}
