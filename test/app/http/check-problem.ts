import { expect } from 'vitest';
import { checkValue } from '../../../src/base/check-value.ts';
import { problemSchema } from '../../../src/http/problem.ts';

/** What came back, wherever from. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Places of source, words of SQL, names of tables: nothing that a caller could learn our inside from. */
const INSIDE = /\n\s+at |node_modules|\.ts:\d|\bselect\b.+\bfrom\b|insert into|carryover_[a-z]+_?[a-z]* where/i;

/** Holds an answer to being a problem of that status and code, in the form that every problem has. */
export function expectProblem(answer: ProblemAnswer, wanted: { readonly status: number; readonly code: string }): void {
  const { status, headers, body } = answer;
  expect([status, body['code']], JSON.stringify(body)).toEqual([wanted.status, wanted.code]);
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(checkValue(problemSchema, body)).toEqual({ value: body });
  expect(body).toMatchObject({
    type: `urn:carryover:error:${wanted.code}`,
    status: wanted.status,
    requestId: headers['x-request-id'],
  });
  expect(String(body['hint']).length).toBeGreaterThan(0);
  expect(String(body['title'])).toMatch(/\.$/);
  expect(body['title']).not.toBe(wanted.code);
  expect(JSON.stringify(body)).not.toMatch(INSIDE);
  if (wanted.status === 401) expect(headers['www-authenticate']).toContain('Bearer');
  if (wanted.status === 503 || wanted.status === 429) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
}
