import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';
import { crashPoint } from '../crash-points.ts';
import { appendJournal } from '../record/journal.ts';
import type { Lease } from '../record/lease.ts';

/** Accounts erased in one transaction: with some dozens of entries each, well below a second. */
const ACCOUNTS_PER_CHUNK = 500;

/** Tables that hold rows of an account, those that refer to others first. */
const ACCOUNT_TABLES = ['carryover_lot_draws', 'carryover_lots', 'carryover_holds', 'carryover_entries'] as const;

/**
 * Deletes a system's accounts under legacy authority with all that hangs on them, chunk by chunk in order of id, each with its journal
 * line. The append-only triggers let it pass by the permit row, which exists only inside each of these transactions. Running it again
 * deletes what is left.
 */
export async function eraseLedger(
  database: Database,
  lease: Lease,
  onErased: (accounts: bigint) => void,
): Promise<bigint> {
  let erased = 0n;
  for (;;) {
    const { rows } = await sql<{ id: bigint }>`select id from ${sql.table('carryover_accounts')}
      where system_name = ${lease.system} and authority = 'legacy' order by id limit ${sql.lit(ACCOUNTS_PER_CHUNK)}`.execute(
      database.handle,
    );
    const [first] = rows;
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return erased;
    await eraseRange(database, lease, { idMin: first.id, idMax: last.id });
    crashPoint('rollback:erase:after-commit');
    erased += BigInt(rows.length);
    onErased(erased);
  }
}

async function eraseRange(
  database: Database,
  lease: Lease,
  ids: { readonly idMin: bigint; readonly idMax: bigint },
): Promise<void> {
  const { idMin, idMax } = ids;
  const chosen = sql`system_name = ${lease.system} and authority = 'legacy' and id between ${idMin} and ${idMax}`;
  const startedMs = performance.now();
  await database.write(async (trx) => {
    const permits = sql.table('carryover_erasures');
    await sql`insert into ${permits} (system_name) values (${lease.system})`.execute(trx);
    let rows = 0n;
    for (const table of ACCOUNT_TABLES) {
      const { numAffectedRows } = await sql`delete from ${sql.table(table)}
        where account_id in (select id from ${sql.table('carryover_accounts')} where ${chosen})`.execute(trx);
      rows += numAffectedRows ?? 0n;
    }
    const { numAffectedRows } = await sql`delete from ${sql.table('carryover_accounts')} where ${chosen}`.execute(trx);
    await sql`delete from ${permits} where system_name = ${lease.system}`.execute(trx);
    const seconds = (performance.now() - startedMs) / 1000;
    await appendJournal(
      database,
      { trx, lease },
      {
        stage: 'rollback',
        step: `erase accounts ${idMin} to ${idMax}`,
        phase: 'result',
        rows: rows + (numAffectedRows ?? 0n),
        seconds,
      },
    );
    crashPoint('rollback:erase:before-commit');
  });
}
