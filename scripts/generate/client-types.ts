import prettier from 'prettier';

/** The parts of an OpenAPI document that the client is made of. */
interface Document {
  readonly components?: { readonly responses?: Readonly<Record<string, Answer>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

interface Answer {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Described {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

/** A JSON Schema as our routes have them. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
}

/** The TypeScript of every operation's address, input, answer and error codes, from the OpenAPI document. */
export async function renderClientTypes(document: object): Promise<string> {
  const operations = Object.entries((document as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, described]) =>
      described.operationId === undefined
        ? []
        : [{ path, method: method.toUpperCase(), name: described.operationId, described }],
    ),
  );
  operations.sort((one, other) => (one.name < other.name ? -1 : 1));
  const types = operations.map(
    ({ name, described }) =>
      `/** ${described.summary ?? name}. */\n'${name}': ${operationType(described, document as Document)};`,
  );
  const addresses = operations.map(({ name, method, path }) => `'${name}': { method: '${method}', path: '${path}' },`);
  const text = `// Made from docs/openapi.json by "npm run generate"; changes here are lost.

/** What each operation takes and answers, by its name. */
export interface Operations {
${types.join('\n')}
}

/** Where each operation answers. */
export const addresses: Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>> = {
${addresses.join('\n')}
};
`;
  return prettier.format(text, {
    ...(await prettier.resolveConfig('src/client/generated/operations.ts')),
    parser: 'typescript',
  });
}

function operationType({ parameters = [], requestBody, responses }: Described, { components }: Document): string {
  const inPlace = (place: string): string => {
    const some = parameters.filter((parameter) => parameter.in === place);
    if (some.length === 0) return 'undefined';
    return `{ ${some.map(({ name, required, schema }) => `readonly ${nameOf(name)}${required === true ? '' : '?'}: ${typeOf(schema)}`).join('; ')} }`;
  };
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const [, good] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  const answer = Object.entries(good?.content ?? {})[0];
  const codes = Object.entries(responses).flatMap(([status, response]) =>
    status.startsWith('2')
      ? []
      : Object.values(referred(response, components?.responses).content ?? {}).flatMap(({ schema }) => codesOf(schema)),
  );
  return `{
    readonly params: ${inPlace('path')};
    readonly query: ${inPlace('query')};
    readonly body: ${body === undefined ? 'undefined' : typeOf(body)};
    readonly answer: ${answer === undefined ? 'undefined' : typeOf(answer[1].schema)};
    readonly codes: ${codes.map((code) => `'${code}'`).join(' | ')};
  }`;
}

function referred(answer: Answer, shared: Readonly<Record<string, Answer>> = {}): Answer {
  return answer.$ref === undefined ? answer : (shared[answer.$ref.split('/').at(-1) ?? ''] ?? answer);
}

/** A problem refers to the schema of all problems and adds the codes of its own. */
function codesOf({ allOf = [] }: Schema): readonly string[] {
  return allOf.flatMap(({ properties }) => (properties?.['code']?.enum ?? []) as readonly string[]);
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined)
    return schema.anyOf.map((one) => (one.anyOf === undefined ? typeOf(one) : `(${typeOf(one)})`)).join(' | ');
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `readonly (${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function objectType({ properties, required = [], patternProperties }: Schema): string {
  if (properties === undefined) {
    const [values] = Object.values(patternProperties ?? {});
    return `Readonly<Record<string, ${values === undefined ? 'unknown' : typeOf(values)}>>`;
  }
  const members = Object.entries(properties).map(([name, member]) => {
    const told = member.description === undefined ? '' : `/** ${member.description}. */\n`;
    return `${told}readonly ${nameOf(name)}${required.includes(name) ? '' : '?'}: ${typeOf(member)}`;
  });
  return members.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${members.join(';\n')} }`;
}

function nameOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}
