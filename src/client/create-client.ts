import { addresses, type Operations } from './generated/operations.ts';

/** The name of an operation, such as `billing.deduct`. */
export type OperationName = keyof Operations;

/** Members of an operation's input that it has; those it does not have are left out. */
type Parts<Name extends OperationName> = {
  readonly [
    Part in 'params' | 'query' | 'body' as Operations[Name][Part] extends undefined ? never : Part
  ]: Operations[Name][Part];
} & {
  /** Names a write, so that it is safe to repeat. One is made where it is left out; give your own to repeat a call after your process ended. */
  readonly key?: string;
  readonly signal?: AbortSignal;
};

/** The last argument may be left out where nothing in it is needed. */
type Args<Name extends OperationName> = object extends Parts<Name> ? [parts?: Parts<Name>] : [parts: Parts<Name>];

/** How a client reaches a service. */
export interface ClientOptions {
  /** `https://ledger.example`, without a path. */
  readonly url: string;
  /** An API key or a token; a function is asked for each request, so that a token can be renewed. */
  readonly credential: string | (() => string | Promise<string>);
  /** How often a call is made at most while its answer says that it may succeed later; 4. */
  readonly attemptsMax?: number;
  /** In milliseconds; 30,000. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/** What the service answered instead of a result; `code` is one of docs/errors.md. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly hint: string;
  readonly retryable: boolean;
  readonly requestId: string;
  readonly details: unknown;

  constructor(problem: Readonly<Record<string, unknown>>, status: number) {
    super(textOf(problem['detail'], `The service answered ${status}.`));
    this.name = 'ApiError';
    this.code = textOf(problem['code'], 'UNKNOWN');
    this.status = status;
    this.hint = textOf(problem['hint'], '');
    this.retryable = problem['retryable'] === true;
    this.requestId = textOf(problem['requestId'], '');
    this.details = problem['details'];
  }
}

/** A typed client of a service. */
export interface Client {
  /**
   * Calls an operation. A write carries one key over all its attempts, so it is done once however often it is sent. Throws `ApiError`,
   * or what the network threw after the last attempt.
   */
  call<Name extends OperationName>(name: Name, ...args: Args<Name>): Promise<Operations[Name]['answer']>;
}

/** How long before the second attempt, and at most before a later one. Shorter hammers a service in trouble, longer keeps people waiting. */
const FIRST_WAIT_MS = 200;
const WAIT_MAX_MS = 5_000;

/** Makes a client. */
export function createClient(options: ClientOptions): Client {
  return {
    async call(name, ...[parts]) {
      const { params, query, body, key = crypto.randomUUID(), signal } = (parts ?? {}) as AnyParts;
      const { method, path } = addresses[name];
      const url = urlOf(options.url, path, { params, query });
      const send = (): Promise<Response> => sendOnce(options, { url, method, body, key, signal });
      return (await retried(send, options.attemptsMax ?? 4)) as never;
    },
  };
}

interface AnyParts {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly body: unknown;
  readonly key: string;
  readonly signal: AbortSignal | undefined;
}

async function sendOnce(options: ClientOptions, { url, method, body, key, signal }: Sent): Promise<Response> {
  const { credential, timeoutMs = 30_000, fetch: send = fetch } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  return send(url, {
    method,
    headers: {
      authorization: `Bearer ${typeof credential === 'string' ? credential : await credential()}`,
      ...(method === 'GET' ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  });
}

async function retried(send: () => Promise<Response>, attemptsMax: number): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attempted(send);
    if ('answer' in outcome) return outcome.answer;
    if (attempt >= attemptsMax || !outcome.mayRetry) throw outcome.error;
    const backOff = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), WAIT_MAX_MS);
    // Between half and all of it, so that many clients do not come back at once.
    await wait(outcome.afterMs ?? backOff * (0.5 + Math.random() / 2));
  }
}

type Attempted =
  | { readonly answer: unknown }
  | { readonly error: unknown; readonly mayRetry: boolean; readonly afterMs: number | undefined };

async function attempted(send: () => Promise<Response>): Promise<Attempted> {
  try {
    const response = await send();
    const type = response.headers.get('content-type') ?? '';
    const said: unknown = type.includes('json') ? await response.json() : await response.text();
    if (response.ok) return { answer: said };
    const error = new ApiError(
      typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {},
      response.status,
    );
    return { error, mayRetry: error.retryable, afterMs: afterMsOf(response) };
  } catch (error) {
    // The caller's own signal is a wish to stop; everything else on the way may have lost the answer and not the call.
    return { error, mayRetry: !(error instanceof DOMException && error.name === 'AbortError'), afterMs: undefined };
  }
}

function afterMsOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, WAIT_MAX_MS) : undefined;
}

function urlOf(base: string, path: string, { params = {}, query = {} }: Pick<AnyParts, 'params' | 'query'>): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const url = new URL(filled, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, [value as string | number | boolean].flat().join(','));
  }
  return url.href;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
