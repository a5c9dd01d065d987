/** An answer, or how there came to be none. `unsent`: not a byte of the request left; `lost`: it may have arrived. */
export type PostAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string; readonly retryAfterMs?: number }
  | { readonly kind: 'unsent'; readonly why: string }
  | { readonly kind: 'lost'; readonly why: string };

/** A request that carries JSON. */
export interface JsonPost {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Errors of a connection that was never made. Everything else is taken for lost: a message too few is known, a message twice is not. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
]);
/** An answer larger than this is no answer of a messaging API. */
const ANSWER_LENGTH_MAX = 64 * 1024;

/** Posts JSON once, without following redirects, and answers whatever happens. */
export async function postJson({ url, body, headers, timeoutMs }: JsonPost): Promise<PostAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      // A connection that was kept may be closed by the other side at the moment it is used again; whether the request arrived is then
      // not known, and the message would be held back for nothing.
      headers: { 'content-type': 'application/json', connection: 'close', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = (await response.text()).slice(0, ANSWER_LENGTH_MAX);
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    return {
      kind: 'answered',
      status: response.status,
      body: text,
      ...(Number.isFinite(retryAfter) && retryAfter >= 0 ? { retryAfterMs: retryAfter * 1000 } : {}),
    };
  } catch (error) {
    const code = codeOf(error);
    return NEVER_CONNECTED.has(code) ? { kind: 'unsent', why: code } : { kind: 'lost', why: code };
  }
}

/** The code of a failure or of what caused it, and never its text, which may hold an address. */
function codeOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('code' in inner && typeof inner.code === 'string') return inner.code;
    if (inner instanceof AggregateError && inner.errors[0] instanceof Error) return codeOf(inner.errors[0]);
    if (inner.name === 'TimeoutError') return 'TIMEOUT';
  }
  return 'UNKNOWN';
}
