import type { TSchema } from 'typebox';
import type { ErrorDefinition } from '../base/errors.ts';
import type { Access } from '../base/role.ts';
import type { Principal } from './principal.ts';

/** The methods that routes have. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Where work goes on after its request was answered. */
export interface Background {
  /** Aborted when the server begins to end. */
  readonly signal: AbortSignal;
  /** The server ends after this work did; what the work throws is logged. */
  keep(work: Promise<unknown>): void;
}

/** A request whose parts were checked against the route's schemas. */
export interface RouteRequest {
  readonly principal: Principal;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** The body as it came, for signatures over it; empty without one. */
  readonly rawBody: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The caller's key for this write; empty for reads. */
  readonly key: string;
  readonly requestId: string;
  readonly ipAddress: string;
  /** Aborted when the caller went away. */
  readonly signal: AbortSignal;
  readonly background: Background;
}

/**
 * An answer other than plain JSON with status 200. A body that is an async iterable of texts is sent piece by piece: it must end when the
 * request's signal or that of its background says so.
 */
export class Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;

  constructor(
    body: unknown,
    { status = 200, headers = {} }: { status?: number; headers?: Readonly<Record<string, string>> } = {},
  ) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}

/**
 * One route. The same schemas check a request, type the client and stand in the OpenAPI document; the same `access` refuses a
 * caller and is what the tests walk.
 */
export interface Route<Scope> {
  readonly method: Method;
  /** With parameters as `:name`: `/api/tuition/payments/:paymentId/void`. */
  readonly path: string;
  /** Unique over all routes, with dots: `tuition.void-payment`. A key's scopes and the client's methods are these names. */
  readonly name: string;
  /** One sentence, without a full stop. */
  readonly title: string;
  /** The heading under which the document lists it. */
  readonly tag: string;
  /** Who may call; `public` for what carries its own proof, such as a signed webhook, or needs none. */
  readonly access: Access | 'public';
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** JSON, or a content type for text that is answered as it is. */
  readonly answer: TSchema | { readonly contentType: string };
  /** The status of an answer that went well. */
  readonly status?: number;
  /** What its work throws; what every route can answer is added. */
  readonly errors: readonly ErrorDefinition<never>[];
  /**
   * How it is safe to repeat: `required`, the header must be there; `optional`, one is made where it is missing, for addresses whose
   * callers never sent one; `none`, a read, or a write that is the same when repeated.
   */
  readonly key: 'required' | 'optional' | 'none';
  /** Where `access` names an owner: who it is in this request. */
  readonly ownerOf?: (request: RouteRequest) => string | undefined;
  /** True for addresses whose callers send JSON under the content type of forms, as curl does by default. */
  readonly readsForms?: boolean;
  handle(scope: Scope, request: RouteRequest): Promise<unknown>;
}

/** Gives a route its types; returns its argument. */
export function defineRoute<Scope>(route: Route<Scope>): Route<Scope> {
  return route;
}
