import { defineError, type ErrorDefinition } from '../base/errors.ts';

/** No key or token, or one that is not accepted. The answer never says which part was wrong. */
export const unauthenticated: ErrorDefinition<{ found: string }> = defineError({
  code: 'HTTP_UNAUTHENTICATED',
  httpStatus: 401,
  retryable: false,
  summary: 'A request came without a key or token that is accepted.',
  message: ({ found }) => `Cannot tell who calls: found ${found}, against a valid key or token.`,
  hint: () => 'Send "Authorization: Bearer <key>"; "carryover keys create" makes one.',
});

/** Whoever calls may not use the route, or a key is not made for it. */
export const forbidden: ErrorDefinition<{ route: string; found: string; expected: string }> = defineError({
  code: 'HTTP_FORBIDDEN',
  httpStatus: 403,
  retryable: false,
  summary: 'The caller is known, and may not use this route or act for that owner.',
  message: ({ route, found, expected }) => `Cannot call "${route}": found ${found}, against ${expected}.`,
  hint: () => 'Call with a key or as a person who may do it.',
});

/** No route has this method and path. */
export const routeUnknown: ErrorDefinition<{ method: string }> = defineError({
  code: 'HTTP_ROUTE_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'No route has this method and path.',
  message: ({ method }) => `Cannot ${method} this path: found no route, against those of /openapi.json.`,
  hint: () => 'Look the path up at /docs.',
});

/** The path is that of a route, and the method is none of its. */
export const methodNotAllowed: ErrorDefinition<{ method: string; allowed: string }> = defineError({
  code: 'HTTP_METHOD_NOT_ALLOWED',
  httpStatus: 405,
  retryable: false,
  summary: 'The path is known, and takes other methods than this one.',
  message: ({ method, allowed }) =>
    `Cannot ${method} this path: found a method that it does not take, against ${allowed}.`,
  hint: () => 'Use one that the header Allow names, or look the path up at /docs.',
});

/** A request whose line and headers are longer than is read. */
export const headersTooLarge: ErrorDefinition<{ bytesMax: number }> = defineError({
  code: 'HTTP_HEADERS_TOO_LARGE',
  httpStatus: 431,
  retryable: false,
  summary: 'The line and headers of the request are longer than the service reads.',
  message: ({ bytesMax }) => `Cannot read the headers: found more than ${bytesMax} bytes, against at most that many.`,
  hint: () => 'Send fewer and shorter headers; a token with many claims is often the cause.',
});

/** A request that was not sent whole in the time that callers have. */
export const requestTimedOut: ErrorDefinition<{ seconds: number }> = defineError({
  code: 'HTTP_REQUEST_TIMED_OUT',
  httpStatus: 408,
  retryable: true,
  summary: 'The request was not sent whole in the time that callers have for it.',
  message: ({ seconds }) =>
    `Cannot read the request: found a part of it after ${seconds} seconds, against the whole of it.`,
  hint: () => 'Send it again on a new connection, with the same key; nothing was changed.',
});

/** A request that is no request this service reads: malformed JSON, nested too deep, in an unknown encoding. */
export const requestUnreadable: ErrorDefinition<{ found: string; expected: string }> = defineError({
  code: 'HTTP_REQUEST_UNREADABLE',
  httpStatus: 400,
  retryable: false,
  summary: 'The request is not in a form that can be read.',
  message: ({ found, expected }) => `Cannot read the request: found ${found}, against ${expected}.`,
  hint: () => 'Correct it and call again; nothing was changed.',
});

/** A body of a type that the route does not take. */
export const mediaTypeUnsupported: ErrorDefinition<object> = defineError({
  code: 'HTTP_MEDIA_TYPE_UNSUPPORTED',
  httpStatus: 415,
  retryable: false,
  summary: 'The body has a content type that the route does not take.',
  message: () => 'Cannot read the body: found a content type that is not read here, against application/json.',
  hint: () => 'Send "Content-Type: application/json".',
});

/** A body longer than is read. */
export const bodyTooLarge: ErrorDefinition<{ bytesMax: number }> = defineError({
  code: 'HTTP_BODY_TOO_LARGE',
  httpStatus: 413,
  retryable: false,
  summary: 'The body is longer than the service reads.',
  message: ({ bytesMax }) => `Cannot read the body: found more than ${bytesMax} bytes, against at most that many.`,
  hint: () => 'Send it in smaller parts.',
});

/** A write without the header that makes it safe to repeat. */
export const idempotencyKeyMissing: ErrorDefinition<{ route: string }> = defineError({
  code: 'HTTP_IDEMPOTENCY_KEY_MISSING',
  httpStatus: 400,
  retryable: false,
  summary: 'A write came without the header Idempotency-Key.',
  message: ({ route }) => `Cannot call "${route}": found no Idempotency-Key, against one for every write.`,
  hint: () => 'Send a new Idempotency-Key per action, and the same one when you repeat it.',
});

/** More requests than one caller may make in a minute. */
export const tooManyRequests: ErrorDefinition<{ perMinute: number }> = defineError({
  code: 'HTTP_TOO_MANY_REQUESTS',
  httpStatus: 429,
  retryable: true,
  summary: 'One caller made more requests than are answered in a minute.',
  message: ({ perMinute }) =>
    `Cannot answer now: found more than ${perMinute} requests in a minute, against that many.`,
  hint: () => 'Wait as long as Retry-After says and call again with the same keys.',
});

/** So many keys and tokens from one address were refused that no more of them are judged for now. */
export const authenticationLimited: ErrorDefinition<{ perMinute: number; retryAfterSeconds: number }> = defineError({
  code: 'HTTP_AUTHENTICATION_LIMITED',
  httpStatus: 429,
  retryable: true,
  summary: 'More keys and tokens from one address were refused than are judged in a minute.',
  message: ({ perMinute }) =>
    `Cannot tell who calls now: found ${perMinute} refused keys or tokens from this address in a minute, against fewer.`,
  hint: () => 'Wait as long as Retry-After says; if it stays, find who calls from there with a wrong key.',
});

/** The service is about to end. */
export const shuttingDown: ErrorDefinition<object> = defineError({
  code: 'HTTP_SHUTTING_DOWN',
  httpStatus: 503,
  retryable: true,
  summary: 'The service is ending and takes nothing new.',
  message: () => 'Cannot answer now: found a service that is ending, against one that runs.',
  hint: () => 'Call again with the same keys; another process answers, or this one when it is back.',
});

/** A fault of ours. Nothing of it is told but the id under which the log has it. */
export const internalFault: ErrorDefinition<object> = defineError({
  code: 'HTTP_INTERNAL_FAULT',
  httpStatus: 500,
  retryable: true,
  summary: 'Something unforeseen happened in the service.',
  message: () => 'Cannot answer: found a fault of the service, against an answer.',
  hint: () => 'Call again with the same key, and report the request id if it stays.',
});

/** The issuer's keys cannot be had, so no token can be judged. */
export const identityUnavailable: ErrorDefinition<object> = defineError({
  code: 'HTTP_IDENTITY_UNAVAILABLE',
  httpStatus: 503,
  retryable: true,
  summary: "The keys of the tokens' issuer cannot be read at the moment.",
  message: () => 'Cannot tell who calls: found an issuer that does not answer, against its keys.',
  hint: () => 'Call again later; if it stays, check identity.jwt.jwksUrl in the configuration.',
});
