import { sql } from 'kysely';
import { ledgerSchema } from '../src/ledger/schema.ts';
import { inspectLegacySchema, legacySource, WHOLE } from '../src/cutover/index.ts';
import { openDatabase, type Database } from '../src/sql/database.ts';
import { tuitionSystem } from '../src/systems/tuition/index.ts';
import { YEAR_AS_OF, defaultPolicy } from './year-school.ts';

const COLUMNS = sql.raw(
  'account_id, seq, amount, balance_after, kind, contra, idempotency_key, source, actor, details, occurred_at, recorded_at',
);

/**
 * The seconds of one statement that inserts the entries of the backfill from a table that holds just them, in their order: what writing
 * the rows and their indexes takes, without making the rows.
 */
export async function copyAtOnce(url: string, database: Database): Promise<number> {
  await sql`create table staged_entries as select * from carryover_entries order by account_id, seq`.execute(
    database.handle,
  );
  await database.dialect.statements.refreshStatistics(database.handle, ['staged_entries']);
  return withLedger(url, 'copied_', (baseline) =>
    timed(() =>
      baseline.write((trx) =>
        sql`insert into ${sql.table('carryover_entries')} select * from staged_entries`.execute(trx),
      ),
    ),
  );
}

/**
 * The seconds of one statement that makes the same entries of the legacy rows and inserts them: the backfill's own query over the whole,
 * to accounts that are there already.
 */
export async function carryAtOnce(url: string, database: Database): Promise<number> {
  const { expressions: e, statements } = database.dialect;

  const { present } = await inspectLegacySchema(database, tuitionSystem.legacy, {});
  const { walk } = tuitionSystem;
  const parts = { dialect: database.dialect, policy: defaultPolicy(), asOf: YEAR_AS_OF, mapping: {}, walk, present };
  const history = tuitionSystem.history(legacySource(parts, WHOLE));
  const upToHere = sql`(partition by f.account_id order by f.occurred_at, ${e.text(sql`f.source`)} rows unbounded preceding)`;
  return withLedger(url, 'made_', (baseline) =>
    timed(() =>
      baseline.write(async (trx) => {
        await statements.planForBulk(trx);
        await sql`insert into ${sql.table('carryover_entries')} (${COLUMNS})
          select f.account_id, count(*) over ${upToHere}, f.amount, ${e.int64(sql`sum(f.amount) over ${upToHere}`)}, f.entry_kind, f.contra,
            f.source, f.source, 'system:bench', ${e.json(sql`f.details`)}, f.occurred_at, ${e.now()}
          from (
            select a.id as account_id, h.source as source, h.amount as amount, h.entry_kind as entry_kind, h.contra as contra,
              h.occurred_at as occurred_at, h.details as details
            from (${history}) as h
            join ${sql.raw('carryover_accounts')} as a on a.system_name = 'tuition' and a.kind = h.account_kind and a.owner = ${e.text(sql`h.owner`)}
            where h.amount <> 0) as f`.execute(trx);
      }),
    ),
  );
}

/** Gives the work a ledger of its own in the same database: the same tables, indexes and triggers under another prefix. */
export async function withLedger<T>(url: string, prefix: string, work: (ledger: Database) => Promise<T>): Promise<T> {
  const ledger = await openDatabase(url, { tablePrefix: prefix });
  try {
    for (const statement of ledgerSchema.statements(ledger)) await sql.raw(statement).execute(ledger.handle);
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** The seconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
}
