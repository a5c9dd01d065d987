import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { Trx } from '../../sql/engine.ts';
import { isStateChangeAllowed, type RunState, type StageName } from '../cutover-state.ts';
import type { CutoversTable } from '../tables.ts';
import { readCutoverRow } from './cutover-row.ts';
import { leaseLost, type Lease } from './lease.ts';

/** Columns that may be written together with a state. */
export type CutoverChange = Partial<Pick<CutoversTable, 'pass' | 'progress' | 'legacy_fingerprint' | 'failure'>>;

/**
 * Sets stage and state, in the caller's transaction and only while the lease is held. Throws `CUTOVER_LEASE_LOST`; a change that
 * the state machine does not know is a mistake of the code and throws a plain Error.
 */
export async function changeState(
  database: Database,
  leased: { readonly trx: Trx; readonly lease: Lease },
  to: { readonly stage: StageName; readonly state: RunState; readonly set?: CutoverChange },
): Promise<void> {
  const { trx, lease } = leased;
  const row = await readCutoverRow(trx, lease.system);
  if (row?.epoch !== lease.epoch) throw leaseLost(lease);
  if (!isStateChangeAllowed(row.state, to.state)) {
    throw new Error(`A cutover cannot go from ${row.stage} ${row.state} to ${to.stage} ${to.state}.`);
  }
  const assignments: RawBuilder<unknown>[] = Object.entries(to.set ?? {}).map(
    ([column, value]) => sql`${sql.ref(column)} = ${value}`,
  );
  const { numAffectedRows } = await sql`update ${sql.table('carryover_cutovers')}
    set stage = ${to.stage}, state = ${to.state}, updated_at = ${database.dialect.expressions.now()}
      ${assignments.length === 0 ? sql`` : sql`, ${sql.join(assignments)}`}
    where system_name = ${lease.system} and epoch = ${lease.epoch} and state = ${row.state}`.execute(trx);
  if (numAffectedRows === 0n) throw leaseLost(lease);
}
