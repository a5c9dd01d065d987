import { sql, type RawBuilder } from 'kysely';
import type { Breach } from './breach.ts';
import { breachesOf, shown, table, within, type VerifyContext } from './verify-context.ts';

const FLOOR_ACTIONS: RawBuilder<unknown> = sql`'set-floor'`;
const STATUS_ACTIONS: RawBuilder<unknown> = sql`'freeze', 'unfreeze', 'close'`;

interface ChainRow {
  readonly account_id: bigint;
  readonly idempotency_key: string | null;
  readonly state_before: string | null;
  readonly state_expected: string | null;
}

/** `audit-chain`: each audited change of a floor or status begins where the one before it ended. */
export async function checkAuditChains(context: VerifyContext): Promise<Breach[]> {
  return [
    ...(await checkChain(context, FLOOR_ACTIONS, 'floor')),
    ...(await checkChain(context, STATUS_ACTIONS, 'status')),
  ];
}

function checkChain(context: VerifyContext, actions: RawBuilder<unknown>, member: string): Promise<Breach[]> {
  const { expressions: e } = context;
  const before = e.jsonText(sql`r.before_state`, member);
  const after = e.jsonText(sql`r.after_state`, member);
  const order = sql`(partition by r.account_id order by r.id)`;
  const select = sql<ChainRow>`
    select c.account_id, c.idempotency_key, c.state_before, c.state_expected from (
      select r.account_id, r.idempotency_key, ${before} as state_before,
        lag(${after}) over ${order} as state_expected, lag(r.id) over ${order} as id_before
      from ${table('audit')} as r
      where ${within(context, 'r.account_id')} and r.content_hash is not null and r.action in (${actions})
    ) as c where c.id_before is not null and not ${e.isNotDistinct(sql`c.state_before`, sql`c.state_expected`)}`;
  return breachesOf(context, select, (row) => ({
    rule: 'audit-chain',
    table: 'audit',
    accountId: row.account_id,
    key: row.idempotency_key,
    found: `${member} ${shown(row.state_before)} before`,
    expected: `${shown(row.state_expected)}, which the change before left`,
  }));
}

/** `account-floor-audited`: a floor that was ever set is what the last change set it to. */
export function checkAuditedFloor(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const select = sql<{ id: bigint; floor: bigint | null; audited: string | null }>`
    select a.id, a.floor, ${e.jsonText(sql`r.after_state`, 'floor')} as audited
    from ${table('accounts')} as a join ${table('audit')} as r on r.id = ${newest(context, FLOOR_ACTIONS)}
    where ${within(context, 'a.id')}
      and not ${e.isNotDistinct(e.text(sql`a.floor`), e.jsonText(sql`r.after_state`, 'floor'))}`;
  return breachesOf(context, select, (row) => ({
    rule: 'account-floor-audited',
    table: 'accounts',
    accountId: row.id,
    found: `floor ${shown(row.floor)}`,
    expected: `${shown(row.audited)}, which the last change set`,
  }));
}

/** `account-status`: as the last audited change left it; open where there was none, unless a cutover brought the account. */
export function checkAuditedStatus(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const audited = e.jsonText(sql`r.after_state`, 'status');
  const select = sql<{ id: bigint; status: string; audited: string | null }>`
    select a.id, a.status, ${audited} as audited
    from ${table('accounts')} as a left join ${table('audit')} as r on r.id = ${newest(context, STATUS_ACTIONS)}
    where ${within(context, 'a.id')} and (
      (r.id is not null and not ${e.isNotDistinct(e.text(sql`a.status`), audited)})
      or (r.id is null and a.status <> 'open' and not exists (
        select 1 from ${table('entries')} as n where n.account_id = a.id and n.source is not null)))`;
  return breachesOf(context, select, (row) => ({
    rule: 'account-status',
    table: 'accounts',
    accountId: row.id,
    found: row.status,
    expected: row.audited === null ? 'open, as nothing changed it' : `${row.audited}, as the last change left it`,
  }));
}

/** The id of an account's newest audited change of some kind, for an alias `a` of accounts. */
function newest(_context: VerifyContext, actions: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select max(m.id) from ${table('audit')} as m
    where m.account_id = a.id and m.content_hash is not null and m.action in (${actions}))`;
}

/** `audit-content` (in part): a row with a key or a hash is the ledger's own, and bears the system of its account. */
export function checkAuditOrigins(context: VerifyContext): Promise<Breach[]> {
  const select = sql<{ account_id: bigint; idempotency_key: string | null; action: string; system_name: string }>`
    select r.account_id, r.idempotency_key, r.action, r.system_name
    from ${table('audit')} as r left join ${table('accounts')} as a on a.id = r.account_id
    where ${within(context, 'r.account_id')} and (r.content_hash is not null or r.idempotency_key is not null) and (
      r.content_hash is null or r.idempotency_key is null or r.action not in (${FLOOR_ACTIONS}, ${STATUS_ACTIONS})
      or a.system_name is null or a.system_name <> r.system_name)`;
  return breachesOf(context, select, (row) => ({
    rule: 'audit-content',
    table: 'audit',
    accountId: row.account_id,
    key: row.idempotency_key,
    found: `action "${row.action}" of system "${row.system_name}"`,
    expected: 'key, hash, an action of the ledger and the system of its account',
  }));
}
