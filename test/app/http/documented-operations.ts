import { openApiDocument } from '../../../src/app/http/openapi-document.ts';

/** An operation as the OpenAPI document has it. */
export interface DocumentedOperation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly goodStatus: number;
  /** The schema of the good answer; undefined for one that is no JSON. */
  readonly goodSchema: object | undefined;
  /** Whether it says that it answers 304 to who has its answer. */
  readonly isTagged: boolean;
  /** Every problem that it says it answers. */
  readonly problems: readonly { readonly status: number; readonly code: string }[];
}

interface Answer {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly operationId: string; readonly responses: Readonly<Record<string, Answer>> }>>
    >
  >;
  readonly components: { readonly responses: Readonly<Record<string, Answer>> };
}

/** Every operation of the document. */
export async function documentedOperations(): Promise<readonly DocumentedOperation[]> {
  const document = (await openApiDocument()) as Document;
  const resolved = (answer: Answer): Answer =>
    answer.$ref === undefined ? answer : (document.components.responses[answer.$ref.split('/').at(-1) ?? ''] ?? {});
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: name, responses }]) => {
      const answers = Object.entries(responses).map(([status, answer]) => [Number(status), resolved(answer)] as const);
      const [goodStatus = 0, good = {}] = answers.find(([status]) => status < 300) ?? [];
      const problems = answers
        .filter(([status]) => status >= 400)
        .flatMap(([status, answer]) => codesOf(answer).map((code) => ({ status, code })));
      const goodSchema = good.content?.['application/json']?.schema;
      const isTagged = answers.some(([status]) => status === 304);
      return { name, method: method.toUpperCase(), path, goodStatus, goodSchema, isTagged, problems };
    }),
  );
}

/** The codes that stand in the schema of a problem; a problem without any would be none that a program can act on. */
function codesOf({ content }: Answer): readonly string[] {
  const schema = content?.['application/problem+json']?.schema as {
    readonly allOf: readonly { readonly properties?: { readonly code: { readonly enum: readonly string[] } } }[];
  };
  const codes = schema.allOf.flatMap(({ properties }) => properties?.code.enum ?? []);
  if (codes.length === 0) throw new Error('A problem of the document names no code.');
  return codes;
}
