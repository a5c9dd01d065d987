import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { canonicalJson, type CanonicalValue } from '../../base/canonical-json.ts';
import { CarryoverError, isError } from '../../base/errors.ts';
import { cutoverStopped, type CutoverContext } from '../../cutover/index.ts';
import type { Background } from '../../http/route.ts';
import { inChildSpan } from '../telemetry/current-span.ts';
import { confirmationUsed } from './confirmations.ts';
import { cutoverKeyReused } from './cutover-action-errors.ts';
import { endAction, findActionByKey, insertAction, type ActionRow, type NewAction } from './action-rows.ts';

/** An action that is asked for. Its content is what must be the same when the key is sent again. */
export type AskedAction = Omit<NewAction, 'contentHash' | 'shown'> & { readonly content: CanonicalValue };

/** What an action does. Everything that decides it is in the context, whose lease it works under. */
export interface ActionWork {
  /** Looked at under the lease, where nobody else can change anything; what it throws leaves everything as it was. Returns facts for the audit. */
  recheck(): Promise<CanonicalValue>;
  run(context: CutoverContext): Promise<object>;
}

/** The action that was accepted under this key, to be answered again. Throws `CUTOVER_KEY_REUSED` for a key of another action. */
export async function findRepeated(
  { database }: Pick<CutoverContext, 'database'>,
  asked: AskedAction,
): Promise<ActionRow | undefined> {
  const { system, action, key } = asked;
  const earlier = await findActionByKey(database.handle, key);
  if (earlier === undefined || earlier.contentHash === contentHashOf(asked)) return earlier;
  const found = earlier.action === action ? `other content of "${action}"` : `"${earlier.action}"`;
  throw new CarryoverError(cutoverKeyReused, { action, system, found });
}

/**
 * Begins an action under the cutover's lease, and comes back once it has begun and is written down: whoever is refused, by the lease or by what
 * is found under it, is told so at once. The work itself goes on in the background and writes down how it ended. When the service ends it stops
 * between two steps, and what it leaves is taken up like any run that was stopped. Throws what the work throws before it has its lease, and what
 * `recheck` throws; `CUTOVER_CONFIRMATION_REFUSED` for a confirmation that was used.
 */
export async function startAction(
  on: { readonly context: CutoverContext; readonly background: Background },
  asked: AskedAction,
  work: ActionWork,
): Promise<ActionRow> {
  const { database } = on.context;
  const accepted = Promise.withResolvers<ActionRow>();
  const context: CutoverContext = {
    ...on.context,
    holder: holderOf(asked.id),
    signal: on.background.signal,
    onLease: async () => {
      const action: NewAction = { ...asked, contentHash: contentHashOf(asked), shown: await work.recheck() };
      accepted.resolve(await accept(context, action));
    },
  };
  const { action: what, system } = asked;
  const facts = { 'carryover.system': system, 'carryover.cutover.action': what };
  const ended = inChildSpan({ name: `cutover ${what}`, facts }, () => work.run(context)).then(
    (outcome): Ended => ({ state: 'done', outcome }),
    (error: unknown): Ended => endedBy(database.explain(error)),
  );
  const first = await Promise.race([accepted.promise, ended]);
  if ('id' in first) {
    on.background.keep(writeEnd(context, asked.id, ended));
    return first;
  }
  if (first.error !== undefined) throw first.error as Error;
  throw new Error(`The action ${asked.action} ended before it had a lease.`);
}

/**
 * Who holds the lease of a cutover while an action runs. A holder may take its own lease anew, so each attempt is another one: two requests that
 * confirm by one token at the same moment would take it from each other.
 */
function holderOf(id: string): string {
  return `${hostname().slice(0, 100)}:${process.pid}:${id}:${randomBytes(4).toString('hex')}`;
}

type Ended = {
  readonly state: 'done' | 'failed' | 'stopped';
  readonly outcome: object;
  readonly error?: unknown;
};

function endedBy(error: unknown): Ended {
  const isOurs = error instanceof CarryoverError;
  const outcome = isOurs
    ? { code: error.code, detail: error.message }
    : { code: 'HTTP_INTERNAL_FAULT', detail: 'Something unforeseen happened; the log of the service has it.' };
  return { state: isError(error, cutoverStopped) ? 'stopped' : 'failed', outcome, error };
}

async function accept({ database }: CutoverContext, action: NewAction): Promise<ActionRow> {
  const isNew = await database.write((trx) => insertAction(database, trx, action));
  const row = await findActionByKey(database.handle, action.key);
  if (isNew && row !== undefined) return row;
  throw confirmationUsed({ action: action.action === 'rollback' ? 'rollback' : 'switch', system: action.system });
}

/** An end that cannot be written shows as an action whose runner is gone. A fault of ours is thrown on, for the log. */
async function writeEnd({ database }: CutoverContext, id: string, work: Promise<Ended>): Promise<void> {
  const { error, ...ended } = await work;
  await endAction(database, id, ended);
  if (error !== undefined && !(error instanceof CarryoverError)) throw error as Error;
}

function contentHashOf({ system, action, content }: AskedAction): string {
  return createHash('sha256').update(canonicalJson({ system, action, content })).digest('hex');
}
