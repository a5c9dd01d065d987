import { sql } from 'kysely';
import { formatActor, type Actor } from '../../base/actor.ts';
import { canonicalJson, type CanonicalValue } from '../../base/canonical-json.ts';
import type { Instant } from '../../base/instant.ts';
import { readCutoverRow } from '../../cutover/record/cutover-row.ts';
import type { Database } from '../../sql/database.ts';
import type { Handle, Trx } from '../../sql/engine.ts';

/** What may be done to a cutover in the background. */
export type ActionName = 'switch' | 'rollback' | 'retry-quarantine';

/** An action that was accepted. */
export interface ActionRow {
  readonly number: bigint;
  readonly id: string;
  readonly system: string;
  readonly action: ActionName;
  readonly key: string;
  readonly contentHash: string;
  /** Whom it is about, in a few words; null where it is about everything. */
  readonly selection: string | null;
  readonly cohort: string | null;
  readonly actor: string;
  /** The lease of the cutover under which it was accepted. */
  readonly leaseEpoch: bigint;
  readonly acceptedAt: Instant;
  /** As it was written down last: `running` also where its process died. */
  readonly state: 'running' | 'done' | 'failed' | 'stopped';
  /** What it did, or the code and detail of what ended it. */
  readonly outcome: Readonly<Record<string, unknown>> | null;
  readonly endedAt: Instant | null;
}

/** An action as it is accepted. */
export interface NewAction {
  readonly id: string;
  readonly system: string;
  readonly action: ActionName;
  readonly key: string;
  readonly contentHash: string;
  readonly selection: string | null;
  readonly cohort: string | null;
  readonly actor: Actor;
  readonly role: string;
  readonly ipAddress: string;
  /** Facts for the audit. */
  readonly shown: CanonicalValue;
}

interface StoredAction {
  readonly number: bigint;
  readonly id: string;
  readonly system_name: string;
  readonly action: ActionName;
  readonly idempotency_key: string;
  readonly content_hash: string;
  readonly selection: string | null;
  readonly cohort: string | null;
  readonly actor: string;
  readonly lease_epoch: bigint;
  readonly accepted_at: Instant;
  readonly state: ActionRow['state'];
  readonly outcome: string | null;
  readonly ended_at: Instant | null;
}

const columns = sql`number, id, system_name, action, idempotency_key, content_hash, selection, cohort, actor, lease_epoch, accepted_at, state, outcome, ended_at`;
const table = sql.table('carryover_cutover_actions');

/** The action that a caller's key names, or undefined. */
export async function findActionByKey(handle: Handle, key: string): Promise<ActionRow | undefined> {
  const { rows } = await sql<StoredAction>`select ${columns} from ${table} where idempotency_key = ${key}`.execute(
    handle,
  );
  return rows.map(actionOf)[0];
}

/** The action of a system by its id, or undefined. */
export async function findAction(handle: Handle, system: string, id: string): Promise<ActionRow | undefined> {
  const { rows } = await sql<StoredAction>`select ${columns} from ${table}
    where id = ${id} and system_name = ${system}`.execute(handle);
  return rows.map(actionOf)[0];
}

/** Actions of a system, newest first: those before a number, at most so many. */
export async function listActions(
  handle: Handle,
  system: string,
  page: { readonly before?: bigint; readonly limit: number },
): Promise<readonly ActionRow[]> {
  const before = page.before === undefined ? sql`` : sql`and number < ${page.before}`;
  const { rows } = await sql<StoredAction>`select ${columns} from ${table}
    where system_name = ${system} ${before} order by number desc limit ${sql.lit(page.limit)}`.execute(handle);
  return rows.map(actionOf);
}

/**
 * Writes an action down that is accepted under the lease of its cutover, with its line in the audit, unless its key or its confirmation was used.
 * True when it was written.
 */
export async function insertAction(database: Database, trx: Trx, action: NewAction): Promise<boolean> {
  const { statements } = database.dialect;
  const { rows: used } = await sql`select id from ${table} where id = ${action.id}`.execute(trx);
  if (used.length > 0) return false;
  const now = await statements.serverNow(trx);
  const { id, system, action: name, key, contentHash, selection, cohort, actor } = action;
  const named = {
    id: 'text',
    system_name: 'text',
    action: 'text',
    idempotency_key: 'text',
    content_hash: 'text',
    selection: 'text',
    cohort: 'text',
    actor: 'text',
    lease_epoch: 'int64',
    accepted_at: 'instant',
    state: 'text',
  } as const;
  const epoch = (await readCutoverRow(trx, system))?.epoch ?? 0n;
  const row = [id, system, name, key, contentHash, selection, cohort, formatActor(actor), epoch, now, 'running'];
  const source = statements.rows('r', { columns: named, rows: [row] });
  const inserted = await statements.insertIfAbsent(trx, {
    table: 'carryover_cutover_actions',
    columns: Object.keys(named),
    source: sql`select ${sql.join(Object.keys(named).map((column) => sql.ref(`r.${column}`)))} from ${source}`,
    conflict: ['idempotency_key'],
  });
  if (inserted === 0n) return false;
  await auditCutover(database, trx, { ...action, action: `cutover_${name.replace('-', '_')}`, now });
  return true;
}

/** Writes down how an action ended. */
export async function endAction(
  database: Database,
  id: string,
  ended: { readonly state: 'done' | 'failed' | 'stopped'; readonly outcome: object },
): Promise<void> {
  const outcome = JSON.stringify(ended.outcome, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  await database.write(async (trx) => {
    await sql`update ${table} set state = ${ended.state}, outcome = ${outcome}, ended_at = ${database.dialect.expressions.now()}
      where id = ${id}`.execute(trx);
  });
}

/** A line of the audit for what somebody did to a cutover. */
export interface CutoverAudit {
  readonly system: string;
  readonly action: string;
  readonly actor: Actor;
  readonly role: string;
  readonly ipAddress: string;
  readonly shown: CanonicalValue;
  readonly now: Instant;
}

/** Writes down who did what to a cutover, in the caller's transaction. */
export async function auditCutover(database: Database, trx: Trx, line: CutoverAudit): Promise<void> {
  const { system, action, actor, role, ipAddress, shown, now } = line;
  await database.dialect.statements.insertRows(trx, 'carryover_audit', {
    columns: {
      system_name: 'text',
      action: 'text',
      subject: 'text',
      actor: 'text',
      role: 'text',
      ip_address: 'text',
      after_state: 'json',
      recorded_at: 'instant',
    },
    rows: [[system, action, `cutover:${system}`, formatActor(actor), role, ipAddress, canonicalJson(shown), now]],
  });
}

function actionOf(row: StoredAction): ActionRow {
  return {
    number: row.number,
    id: row.id,
    system: row.system_name,
    action: row.action,
    key: row.idempotency_key,
    contentHash: row.content_hash,
    selection: row.selection,
    cohort: row.cohort,
    actor: row.actor,
    leaseEpoch: row.lease_epoch,
    acceptedAt: row.accepted_at,
    state: row.state,
    outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as Readonly<Record<string, unknown>>),
    endedAt: row.ended_at,
  };
}
