import { readAnswer, type DoorAnswer } from './door-answer.ts';
import type { KioskSettings } from './kiosk-settings.ts';

/** Where scans are sent. */
const SCAN_ADDRESS = '/api/tuition/scan';

/**
 * How long one attempt may take. Shorter sends a slow server each scan several times, which its key makes harmless but which slows it
 * further; longer lets one lost packet use up the patience of the whole scan.
 */
const ATTEMPT_MS_MAX = 3_000;

/** How long a scan is tried. Shorter gives up on a server that restarts; longer keeps a queue of pupils in front of a spinner. */
const PATIENCE_MS = 8_000;

/** Between two attempts, in milliseconds; the last for all that follow. */
const PAUSES_MS = [250, 500, 1_000];

/** What became of a scan. */
export type AskOutcome =
  | { readonly kind: 'answered'; readonly answer: DoorAnswer }
  /** The key is not accepted, or not made for this. */
  | { readonly kind: 'key-refused' }
  /** The server cannot carry the scan out, and would not the next time either; `code` is its word for why. */
  | { readonly kind: 'rejected'; readonly code: string }
  /** Nobody answered in time. */
  | { readonly kind: 'unreachable' };

/** One scan on its way. */
export interface Question {
  readonly code: string;
  readonly settings: KioskSettings;
  /** Told after each attempt: whether the server could be reached. */
  readonly onConnection: (isReachable: boolean) => void;
  /** Aborted when nobody wants the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * Asks the server about a scan, again and again for `PATIENCE_MS` while it does not answer or says that the same may succeed later. All
 * attempts have one key, so that an answer lost on the way is given again and no session is taken twice.
 */
export async function askDoor(question: Question): Promise<AskOutcome> {
  const key = newKey();
  const endsAt = performance.now() + PATIENCE_MS;
  for (let attempt = 0; ; attempt += 1) {
    const leftMs = endsAt - performance.now();
    const outcome = await tryOnce(question, key, Math.min(ATTEMPT_MS_MAX, leftMs));
    question.onConnection(outcome !== 'no-answer');
    if (outcome !== 'no-answer' && outcome !== 'later') return outcome;
    const pauseMs = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0;
    if (question.signal.aborted || performance.now() + pauseMs >= endsAt) return { kind: 'unreachable' };
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Asks whether a key is accepted, with a request that names nobody: it is refused for its key, or for naming nobody. */
export async function tryKey(key: string): Promise<'accepted' | 'refused' | 'unreachable'> {
  const answer = await post({}, { authorization: `Bearer ${key}` }, { limitMs: ATTEMPT_MS_MAX });
  if (answer === undefined || answer.isRetryable) return 'unreachable';
  if (answer.status === 401 || answer.status === 403) return 'refused';
  return answer.status === 400 ? 'accepted' : 'unreachable';
}

async function tryOnce(
  { code, settings, signal }: Question,
  key: string,
  limitMs: number,
): Promise<AskOutcome | 'no-answer' | 'later'> {
  const { groupId } = settings;
  const body = { code, ...(groupId === '' ? {} : { groupId }) };
  const headers = { authorization: `Bearer ${settings.key}`, 'idempotency-key': key };
  const reply = await post(body, headers, { limitMs, signal });
  if (reply === undefined) return 'no-answer';
  if (reply.isRetryable) return 'later';
  if (reply.status === 401 || reply.status === 403) return { kind: 'key-refused' };
  if (reply.status !== 200) return { kind: 'rejected', code: reply.code };
  const answer = readAnswer(reply.content);
  return answer === undefined ? 'no-answer' : { kind: 'answered', answer };
}

interface Answered {
  readonly status: number;
  readonly content: unknown;
  /** The server's word for an error; empty where there is none. */
  readonly code: string;
  /** Whether the server says that the same request may succeed later. */
  readonly isRetryable: boolean;
}

/** Undefined where nothing came back that the server could have said. */
async function post(
  body: object,
  headers: Readonly<Record<string, string>>,
  { limitMs, signal }: { readonly limitMs: number; readonly signal?: AbortSignal },
): Promise<Answered | undefined> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  const timer = setTimeout(abort, Math.max(limitMs, 0));
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    const response = await fetch(SCAN_ADDRESS, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      cache: 'no-store',
      signal: stop.signal,
    });
    const content = (await response.json()) as { readonly code?: unknown; readonly retryable?: unknown } | null;
    const { status } = response;
    if (status === 200) return { status, content, code: '', isRetryable: false };
    // An error without a code is that of a machine in between, which knows nothing of keys and pupils.
    if (typeof content?.code !== 'string') return undefined;
    return { status, content, code: content.code, isRetryable: content.retryable === true };
  } catch {
    // No connection, no answer in time, or no JSON: whatever it was, nobody has decided about the scan as far as this page knows.
    return undefined;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** `crypto.randomUUID` is missing where a page came over plain HTTP from another machine, as it does inside a school. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `kiosk-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
