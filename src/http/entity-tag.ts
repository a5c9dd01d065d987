import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from './route.ts';
import { writeJson } from './write-json.ts';

/** What answers with a tag say of themselves: nobody but the caller keeps them, and each use is asked about first. */
const ASK_EACH_TIME = 'private, no-cache';

/** One tag of a list and what stands before it; a weak one is compared by what it quotes. */
const TAG_OF_LIST = /[\s,]*(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/y;

/** Whether a route's good answers carry a tag: reads that answer JSON with status 200. Streams and texts have none. */
export function isTagged({
  method,
  answer,
  status = 200,
}: Pick<Route<never>, 'method' | 'answer' | 'status'>): boolean {
  return method === 'GET' && status === 200 && !('contentType' in answer);
}

/** A strong tag of an answer's bytes: 43 characters of SHA-256 in quotes. */
export function entityTag(text: string): string {
  return `"${hash('sha256', text, 'base64url')}"`;
}

/**
 * A weak tag of an answer that says when it was made, as the member `at`: of everything else in it, or no two would be the same. The
 * balance that a caller has is then still the balance, though it was asked for later. Undefined for an answer that does not say so.
 */
export function tagButForMoment(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('at' in result)) return undefined;
  return `W/${entityTag(writeJson({ ...result, at: undefined }))}`;
}

/**
 * Whether the header If-None-Match names this tag: `*`, or a list that has it, weak or strong. What comes after the first part that is
 * no tag is not read, so a header of another form asks for the whole answer.
 */
export function namesTag(ifNoneMatch: string, tag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  const quoted = tag.replace(/^W\//, '');
  TAG_OF_LIST.lastIndex = 0;
  for (let match = TAG_OF_LIST.exec(ifNoneMatch); match !== null; match = TAG_OF_LIST.exec(ifNoneMatch))
    if (match[1] === quoted) return true;
  return false;
}

/**
 * An `onSend` hook: gives an answer its tag, unless it has one already, and answers 304 without a body where the caller has these bytes already. It saves the
 * bytes and not the work, and stays true by itself: no answer is kept here that could grow old.
 */
export async function tagAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (reply.statusCode !== 200 || typeof payload !== 'string') return payload;
  const known = reply.getHeader('etag');
  const tag = typeof known === 'string' ? known : entityTag(payload);
  reply.header('etag', tag).header('cache-control', ASK_EACH_TIME);
  const asked = request.headers['if-none-match'];
  if (asked === undefined || !namesTag(asked, tag)) return payload;
  reply.status(304).removeHeader('content-type').removeHeader('content-length');
  // The framework takes the body of a HEAD away by itself, and wants one to tell the length of.
  return request.method === 'HEAD' ? payload : null;
}
