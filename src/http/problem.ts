import { Type, type TSchema } from 'typebox';
import type { CarryoverError, ErrorDefinition } from '../base/errors.ts';

/** An error as an answer, in the form of RFC 9457, with the stable code and what a program needs besides. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly requestId: string;
  /** The error's details, as JSON. */
  readonly details: unknown;
}

/** The content type of a problem. */
export const PROBLEM_TYPE = 'application/problem+json';

/** The schema of every problem; answers refer to it and name the codes they can have. */
export const problemSchema: TSchema = Type.Object(
  {
    type: Type.String({ description: 'A name for this kind of problem' }),
    title: Type.String({ description: 'The kind of problem in a sentence' }),
    status: Type.Integer({ description: 'The status of the answer' }),
    detail: Type.String({ description: 'What was found, against what was expected, and the next step' }),
    code: Type.String({ description: 'Stable name of the problem; see docs/errors.md' }),
    hint: Type.String({ description: 'The next step' }),
    retryable: Type.Boolean({ description: 'Whether the same request may succeed later' }),
    requestId: Type.String({ description: 'Under which the log has it' }),
    details: Type.Unknown({ description: 'Facts of the problem' }),
  },
  { $id: 'Problem', description: 'What went wrong' },
);

/** A problem with one of these codes. */
export function problemOf(codes: readonly string[]): object {
  return { allOf: [{ $ref: 'Problem#' }, { type: 'object', properties: { code: { type: 'string', enum: codes } } }] };
}

/** An error as a problem; `summary` is its definition's, for the title. */
export function toProblem(error: CarryoverError, requestId: string, summary: string): Problem {
  return {
    type: `urn:carryover:error:${error.code}`,
    title: summary,
    status: error.httpStatus,
    detail: error.message,
    code: error.code,
    hint: error.hint,
    retryable: error.retryable,
    requestId,
    details: error.details,
  };
}

/** Definitions by the status that their answers have, least first. */
export function byStatus(definitions: readonly ErrorDefinition<never>[]): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const { httpStatus, code } of definitions.toSorted((one, other) => one.httpStatus - other.httpStatus)) {
    const codes = found.get(httpStatus) ?? [];
    if (!codes.includes(code)) codes.push(code);
    found.set(httpStatus, codes);
  }
  return found;
}
