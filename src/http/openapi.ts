import type { SwaggerOptions } from '@fastify/swagger';
import { inputInvalid } from '../base/base-errors.ts';
import type { ErrorDefinition } from '../base/errors.ts';
import { isTagged } from './entity-tag.ts';
import {
  authenticationLimited,
  bodyTooLarge,
  forbidden,
  idempotencyKeyMissing,
  identityUnavailable,
  internalFault,
  mediaTypeUnsupported,
  requestUnreadable,
  shuttingDown,
  tooManyRequests,
  unauthenticated,
} from './http-errors.ts';
import { KEY_LENGTH_MAX } from './idempotency-key.ts';
import { byStatus, PROBLEM_TYPE, problemOf } from './problem.ts';
import type { Route } from './route.ts';

/** What the document says of the service as a whole. */
export function openApiOptions(version: string): SwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Carryover',
        version,
        description:
          'Balances on a ledger: accounts, holds, cutovers and the systems on top. Amounts are decimal texts, instants ISO texts in UTC, errors problems of RFC 9457 with a stable code.',
      },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a token (JWT)' } },
      },
    },
    // The document names things by their place and not by numbers that change with every route.
    refResolver: {
      buildLocalReference: (json, ...[, , index]) => (typeof json['$id'] === 'string' ? json['$id'] : `def-${index}`),
    },
  };
}

const UNCHANGED = 'What the caller has by the tag that it sent is still the answer; without a body';

/** A route as the document and the server's own checks take it. */
export function routeSchema(route: Route<never>): object {
  const { params, query, body, access, key } = route;
  return {
    operationId: route.name,
    summary: route.title,
    tags: [route.tag],
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    ...(key === 'none' ? {} : { headers: keyHeader(key === 'required') }),
    security: access === 'public' ? [] : [{ bearer: [...access.roles] }],
    response: {
      [route.status ?? 200]: answerSchema(route),
      ...(isTagged(route) ? { 304: { type: 'null', description: UNCHANGED } } : {}),
      ...problemAnswers(route),
    },
  };
}

/** Every error that a route can answer: its own, and those of every route of its kind. */
export function errorsOf(route: Route<never>): readonly ErrorDefinition<never>[] {
  const { access, body, params, query, key } = route;
  return [
    ...route.errors,
    ...(access === 'public' ? [] : [unauthenticated, forbidden, identityUnavailable, authenticationLimited]),
    ...(body === undefined && params === undefined && query === undefined && key === 'none' ? [] : [inputInvalid]),
    ...(body === undefined ? [] : [requestUnreadable, mediaTypeUnsupported, bodyTooLarge]),
    ...(key === 'required' ? [idempotencyKeyMissing] : []),
    tooManyRequests,
    shuttingDown,
    internalFault,
  ];
}

function keyHeader(isRequired: boolean): object {
  return {
    type: 'object',
    properties: {
      'idempotency-key': {
        type: 'string',
        minLength: 1,
        maxLength: KEY_LENGTH_MAX,
        description: 'Names this call: repeated with the same content it is done once and answered the same',
      },
    },
    ...(isRequired ? { required: ['idempotency-key'] } : {}),
  };
}

function answerSchema(route: Route<never>): object {
  const { answer } = route;
  if (!('contentType' in answer)) return { description: route.title, ...answer };
  return { description: route.title, content: { [answer.contentType]: { schema: { type: 'string' } } } };
}

function problemAnswers(route: Route<never>): Record<number, object> {
  return Object.fromEntries(
    [...byStatus(errorsOf(route))].map(([status, codes]) => [
      status,
      { description: codes.join(', '), content: { [PROBLEM_TYPE]: { schema: problemOf(codes) } } },
    ]),
  );
}
