import { sql } from 'kysely';
import { legacySource, WHOLE } from '../legacy-source.ts';
import { readCutoverRow } from '../record/cutover-row.ts';
import { appendJournal } from '../record/journal.ts';
import { checkLease } from '../record/lease.ts';
import { readWhole } from '../run/read-whole.ts';
import { writesAlready } from '../run/staged-write.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import type { BackfillProgress } from './backfill-progress.ts';
import { reverseAll } from './post-facts.ts';
import { stageVanished } from './stage-accounts.ts';

/** Accounts brought to zero in one transaction. */
const SWEEP_ACCOUNTS_MAX = 200;

/**
 * Brings accounts to zero that legacy no longer has. No chunk sees them, since chunks begin with the accounts legacy gives: they are
 * found by counting, and only then by comparing, because a first pass has none. Each gets the reversals of what it was posted, and is
 * closed. Returns the entries posted.
 */
export async function sweepVanished(run: CutoverRun, progress: BackfillProgress): Promise<bigint> {
  const { database, system } = run.context;
  const lease = left('the lease', run.lease);
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_accounts')}
    where system_name = ${system.name} and authority = 'legacy'`.execute(database.handle);
  if ((rows[0]?.n ?? 0n) <= progress.accounts) return 0n;
  let entries = 0n;
  for (;;) {
    const ids = await vanishedIds(run);
    if (ids.length === 0) return entries;
    entries += await database.write(async (trx) => {
      await checkLease(database, trx, lease);
      const row = left('the row', await readCutoverRow(trx, system.name));
      const source = legacySource(left('the legacy schema', run.legacy).parts, WHOLE);
      const actor = `migration:${row.run_id}`;
      const chunk = {
        database,
        trx,
        beginWriting: writesAlready,
        system,
        source,
        actor,
        pass: row.pass,
        countsFacts: false,
        copyColumns: new Map(),
      };
      const posted = await reverseAll(chunk, await stageVanished(chunk, ids));
      await appendJournal(
        database,
        { trx, lease },
        {
          stage: 'backfill',
          step: 'reverse vanished accounts',
          phase: 'result',
          rows: posted,
          details: { accounts: ids.length },
        },
      );
      return posted;
    });
  }
}

/** The next accounts that legacy no longer has and that are not closed yet, in id order. */
async function vanishedIds(run: CutoverRun): Promise<readonly bigint[]> {
  const { database, system } = run.context;
  const source = legacySource(left('the legacy schema', run.legacy).parts, WHOLE);
  const owner = database.dialect.expressions.text(sql`q.owner`);
  // Grouped, so that every engine makes a table of it once and does not run it per account.
  const vanished = sql<{ id: bigint }>`select a.id as id from ${sql.table('carryover_accounts')} as a
    left join (select q.kind as kind, ${owner} as owner from (${system.accounts(source)}) as q group by q.kind, ${owner}) as k
      on k.kind = a.kind and k.owner = a.owner
    where a.system_name = ${system.name} and a.authority = 'legacy' and a.status <> 'closed' and k.owner is null
    order by a.id limit ${sql.lit(SWEEP_ACCOUNTS_MAX)}`;
  const { rows } = await readWhole(run, vanished);
  return rows.map(({ id }) => id);
}
