import { sql } from 'kysely';
import { BulkStatement } from '../../sql/bulk-statement.ts';
import { executeDeferred } from '../../sql/deferred.ts';
import type { LedgerChanges } from '../kernel/kernel-types.ts';
import { inChunks } from './in-chunks.ts';
import { ACCOUNT, AUDIT, DRAW, ENTRY, HOLD, HOLD_RESOLUTION, LOT, LOT_REMAINING, type Target } from './row-targets.ts';
import type { WriteSession } from './session.ts';

/**
 * Writes what a batch changed: one UPDATE for all accounts, one INSERT for all entries, and one statement per kind of
 * other row only where there are any. They are sent with the caller's next statement or COMMIT where the engine can, so
 * a failure of theirs may come from there. `systemOf` gives an account's system, which audit rows carry.
 */
export async function writeChanges(
  session: WriteSession,
  changes: LedgerChanges,
  systemOf: (accountId: bigint) => string,
): Promise<void> {
  await write(session, ACCOUNT, changes.accounts);
  await write(session, ENTRY, changes.entries);
  await write(session, HOLD, changes.newHolds);
  await write(session, HOLD_RESOLUTION, changes.resolvedHolds);
  await write(session, LOT, changes.newLots);
  await write(session, LOT_REMAINING, changes.changedLots);
  await write(session, DRAW, changes.draws);
  const audit = changes.audit.map((row) => ({ ...row, system: systemOf(row.accountId) }));
  await write(session, AUDIT, audit);
}

async function write<Row>(session: WriteSession, target: Target<Row>, rows: readonly Row[]): Promise<void> {
  for (const chunk of inChunks(rows)) {
    await executeDeferred(session.handle, statementOf(target).bind(session.database, target.bulkRows(chunk)));
  }
}

const statementsByTarget = new WeakMap<object, BulkStatement>();

function statementOf<Row>(target: Target<Row>): BulkStatement {
  let statement = statementsByTarget.get(target);
  if (statement === undefined) statementsByTarget.set(target, (statement = targetStatement(target)));
  return statement;
}

function targetStatement<Row>({ table, key, columns }: Target<Row>): BulkStatement {
  const names = Object.keys(columns);
  return new BulkStatement(({ dialect: { statements } }, rows) => {
    if (key.length > 0) {
      return statements.updateFromRowsQuery({
        table,
        rows,
        key,
        keyIsPrimary: true,
        set: names.filter((name) => !key.includes(name)),
      });
    }
    const list = sql.raw(names.join(', '));
    return sql`insert into ${sql.table(table)} (${list}) select ${list} from ${statements.rows('made', rows)}`;
  });
}
