import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';
import { contentHash } from '../kernel/content-hash.ts';
import type { Command } from '../types.ts';
import type { BreachList } from './breach-list.ts';
import { checkRows, noSeq } from './check-rows.ts';
import { pages, storedJson } from './pages.ts';
import { inRange, rowsOfRange, type RangeSession } from './range-session.ts';

interface AuditRow {
  readonly id: bigint;
  readonly account_id: bigint;
  readonly action: string;
  readonly idempotency_key: string;
  readonly content_hash: bigint;
  readonly before_state: unknown;
  readonly after_state: unknown;
  readonly floor: bigint | null;
  readonly status: string;
  readonly authority: string;
}

/** What an audited command may change. */
type Member = 'floor' | 'status';

const STATUS_AFTER: Readonly<Record<string, string | undefined>> = {
  close: 'closed',
  freeze: 'frozen',
  unfreeze: 'open',
};

/**
 * Holds what was audited to its account: system and keys by set, and each command's before and after to the command before it, the newest
 * to the account's row; where an account went back to legacy in between, both begin anew. Rows of accounts that are gone are history of a
 * cutover that was rolled back, and no breach.
 */
export async function checkAudit(session: RangeSession, contentHashes: boolean): Promise<void> {
  await checkAuditRows(session);
  const { breaches } = session;
  /** The newest rows of the account that is being read. */
  let newest: Partial<Record<Member, AuditRow>> = {};
  let accountId: bigint | undefined;
  for await (const rows of pages<AuditRow>((after, rowsMax) => readCommands(session, after, rowsMax))) {
    for (const row of rows) {
      if (row.account_id !== accountId) {
        checkNewest(newest, breaches);
        newest = {};
        accountId = row.account_id;
      }
      if (row.action === RETURNED_TO_LEGACY) {
        newest = {};
        continue;
      }
      const member: Member = row.action === 'set-floor' ? 'floor' : 'status';
      checkCommand(row, newest[member], breaches);
      if (contentHashes) checkHash(row, breaches);
      newest[member] = row;
    }
  }
  checkNewest(newest, breaches);
}

/** The action under which it is audited that an account went back to legacy, which sets floor and status from there on. */
export const RETURNED_TO_LEGACY = 'return-to-legacy';

/** Finds audited commands that name no account: none can be written without. */
export async function checkAuditWithoutAccount(
  database: Database,
  system: string | undefined,
  breaches: BreachList,
): Promise<void> {
  const ofSystem = system === undefined ? sql`` : sql`and system_name = ${system}`;
  const { rows } = await sql<{ id: bigint; action: string; found: bigint }>`
    select id, action, count(*) over () as found from ${sql.table('carryover_audit')}
    where account_id is null and content_hash is not null ${ofSystem}
    order by id limit ${sql.lit(Math.max(1, breaches.namesLeft))}`.execute(database.handle);
  const named = rows.map(({ id, action }) => ({
    rule: 'audited-command-names-an-account',
    table: 'carryover_audit',
    accountId: null,
    found: `${action} of line ${id}`,
    expected: 'an account',
  }));
  breaches.addMany(named, rows[0]?.found ?? 0n);
}

async function checkAuditRows(session: RangeSession): Promise<void> {
  const { expressions: e } = session.database.dialect;
  const { from, where } = rowsOfRange(session, 'carryover_audit', 'u');
  await checkRows(session, {
    table: 'carryover_audit',
    rows: sql`select u.account_id, ${noSeq(session)} as seq, u.id, u.system_name, u.action, u.idempotency_key, u.content_hash,
        a.system_name as account_system, p.seq as entry_seq
      from ${from}
      left join ${sql.table('carryover_entries')} as p on p.account_id = u.account_id and p.idempotency_key = u.idempotency_key
      where ${where} and a.id is not null`,
    rules: [
      {
        rule: 'audit-names-the-system-of-its-account',
        broken: sql`q.system_name <> q.account_system`,
        found: sql`q.system_name`,
        expected: sql`q.account_system`,
      },
      {
        rule: 'audited-command-has-key-and-hash',
        broken: sql`(q.idempotency_key is null and q.content_hash is not null) or (q.idempotency_key is not null and q.content_hash is null) or q.idempotency_key = ''`,
        found: e.concat(
          sql`case when q.idempotency_key is null or q.idempotency_key = '' then 'no key' else 'a key' end`,
          sql`case when q.content_hash is null then ' without hash' else ' with a hash' end`,
        ),
        expected: sql`'both or neither'`,
      },
      {
        rule: 'audited-action-known',
        broken: sql`q.content_hash is not null and q.action not in ('set-floor', 'freeze', 'unfreeze', 'close')`,
        found: sql`q.action`,
        expected: sql`'set-floor, freeze, unfreeze or close'`,
      },
      {
        rule: 'key-used-once',
        broken: sql`q.entry_seq is not null`,
        found: sql`'also an entry'`,
        expected: sql`'one use of a key'`,
      },
    ],
  });
}

async function readCommands(
  session: RangeSession,
  after: AuditRow | undefined,
  rowsMax: number,
): Promise<readonly AuditRow[]> {
  const behind =
    after === undefined
      ? sql``
      : sql`and (u.account_id > ${after.account_id} or (u.account_id = ${after.account_id} and u.id > ${after.id}))`;
  const ofSystem = session.system === undefined ? sql`` : sql`and a.system_name = ${session.system}`;
  const { rows } = await sql<AuditRow>`
    select u.id, u.account_id, u.action, u.idempotency_key, u.content_hash, u.before_state, u.after_state, a.floor, a.status, a.authority
    from ${sql.table('carryover_audit')} as u join ${sql.table('carryover_accounts')} as a on a.id = u.account_id
    where ${inRange(session, 'u.account_id')} ${ofSystem} and (u.action = ${RETURNED_TO_LEGACY} or (u.content_hash is not null
      and u.idempotency_key is not null and u.action in ('set-floor', 'freeze', 'unfreeze', 'close'))) ${behind}
    order by u.account_id, u.id limit ${sql.lit(rowsMax)}`.execute(session.trx);
  return rows;
}

function checkCommand(row: AuditRow, before: AuditRow | undefined, breaches: BreachList): void {
  const member: Member = row.action === 'set-floor' ? 'floor' : 'status';
  const place = { table: 'carryover_audit', accountId: row.account_id } as const;
  const [was, is] = [stateOf(row.before_state, member), stateOf(row.after_state, member)];
  if (was === undefined || is === undefined) {
    const found = `line ${row.id} without ${member}`;
    breaches.add({ rule: 'audited-state-is-told', ...place, found, expected: `${member} before and after` });
    return;
  }
  const expected = before === undefined ? was : (stateOf(before.after_state, member) ?? was);
  if (was !== expected) {
    const found = `${was} before line ${row.id}`;
    breaches.add({ rule: 'audited-state-follows', ...place, found, expected });
  }
  const wanted = STATUS_AFTER[row.action] ?? is;
  if (is !== wanted) {
    const found = `${is} after line ${row.id}`;
    breaches.add({ rule: 'audited-state-is-of-its-action', ...place, found, expected: wanted });
  }
}

/** Under legacy authority a cutover may have set both since. */
function checkNewest(newest: Partial<Record<Member, AuditRow>>, breaches: BreachList): void {
  for (const [member, row] of Object.entries(newest) as [Member, AuditRow][]) {
    const audited = stateOf(row.after_state, member);
    const found = String(row[member] ?? 'none');
    if (row.authority === 'legacy' || audited === undefined || audited === found) continue;
    breaches.add({
      rule: `${member}-is-as-audited`,
      table: 'carryover_accounts',
      accountId: row.account_id,
      found,
      expected: audited,
    });
  }
}

function checkHash(row: AuditRow, breaches: BreachList): void {
  const base = {
    accountId: row.account_id,
    key: row.idempotency_key,
    actor: { kind: 'system', id: 'verify' },
  } as const;
  const floor = stateOf(row.after_state, 'floor') ?? '';
  const command: Command | undefined =
    row.action === 'set-floor'
      ? /^(none|-?\d+)$/.test(floor)
        ? { ...base, type: 'set-floor', floor: floor === 'none' ? null : BigInt(floor) }
        : undefined
      : { ...base, type: row.action as 'freeze' | 'unfreeze' | 'close' };
  if (command !== undefined && contentHash(command) === row.content_hash) return;
  breaches.add({
    rule: 'content-hash-is-of-the-content',
    table: 'carryover_audit',
    accountId: row.account_id,
    found: row.content_hash.toString(),
    expected: `the hash of line ${row.id}`,
  });
}

/** A member of an audited state as a text, `none` for a floor that is not set; undefined where the state does not tell. */
function stateOf(state: unknown, member: Member): string | undefined {
  const value = storedJson(state);
  if (typeof value !== 'object' || value === null) return undefined;
  const told = (value as Readonly<Record<string, unknown>>)[member];
  if (told === null) return 'none';
  return typeof told === 'string' ? told : undefined;
}
