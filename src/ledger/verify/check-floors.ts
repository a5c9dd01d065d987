import { sql } from 'kysely';
import { checkRows, isExpiryKey, noSeq, wide } from './check-rows.ts';
import { accountsOfRange, type RangeSession } from './range-session.ts';

/**
 * Finds accounts of which less is available than their floor allows, and which no rule lets be there. A debit or a hold passes the floor at its
 * moment; after the last of them only these may have brought the account below: a carried entry, an expiry, or a floor that was set. An
 * account that never had a debit or hold was opened with its floor above zero. Under legacy authority the floor binds nobody.
 *
 * Compared by instants of one server's clock; at equal instants the account gets the benefit of the doubt, because the rows of one batch
 * share theirs.
 */
export async function checkFloors(session: RangeSession): Promise<void> {
  const { expressions: e } = session.database.dialect;
  const entries = sql.table('carryover_entries');
  const holds = sql.table('carryover_holds');
  const isExpiry = isExpiryKey(sql`p.idempotency_key`);
  const isCapture = sql`exists (select 1 from ${holds} as c where c.account_id = p.account_id and c.resolution_key = p.idempotency_key)`;
  const available = sql`${wide(sql`q.balance`)} - ${wide(sql`q.held`)}`;
  const isAfterAll = (at: string) =>
    sql`(${sql.ref(`q.${at}`)} is not null and (q.debit_at is null or ${sql.ref(`q.${at}`)} >= q.debit_at) and (q.hold_at is null or ${sql.ref(`q.${at}`)} >= q.hold_at))`;
  await checkRows(session, {
    table: 'carryover_accounts',
    rows: sql`select a.id as account_id, ${noSeq(session)} as seq, a.balance, a.held, a.floor,
        (select max(p.recorded_at) from ${entries} as p where p.account_id = a.id and p.amount < 0 and p.source is null
          and not ${isExpiry} and not ${isCapture}) as debit_at,
        (select max(h.created_at) from ${holds} as h where h.account_id = a.id) as hold_at,
        (select max(p.recorded_at) from ${entries} as p where p.account_id = a.id and p.amount < 0
          and (p.source is not null or ${isExpiry})) as passed_at,
        (select max(u.recorded_at) from ${sql.table('carryover_audit')} as u where u.account_id = a.id and u.action = 'set-floor') as set_at
      from ${accountsOfRange(session)} and a.authority = 'ledger' and a.floor is not null
        and ${wide(sql`a.balance`)} - ${wide(sql`a.held`)} < a.floor`,
    rules: [
      {
        rule: 'available-above-floor',
        broken: sql`not (${isAfterAll('passed_at')} or ${isAfterAll('set_at')} or (q.floor > 0 and q.debit_at is null and q.hold_at is null))`,
        found: available,
        expected: e.concat(sql`'at least '`, e.text(sql`q.floor`)),
      },
    ],
  });
}
