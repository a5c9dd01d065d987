import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { pruneNotices } from '../../notices/index.ts';
import { pruneInbox } from '../../payments/inbox/prune-inbox.ts';
import { EVENTS_TABLE } from '../../payments/schema.ts';
import type { Database } from '../../sql/database.ts';
import { pruneSettingsOf } from './prune-settings.ts';
import { pruneTable } from './prune-table.ts';
import { prunedTables } from './pruned-tables.ts';
import type { InstanceJob } from './scheduled-job.ts';

/** Rows of jobs that no release or configuration has run for so long are of jobs that are gone. */
const JOB_ROWS_KEPT_MS = 90 * 86_400_000;

/** Rows deleted, by table; tables from which nothing was deleted are left out. */
export interface Pruned {
  readonly deleted: Readonly<Record<string, number>>;
}

/** Deletes what is of no use any more, as the settings say. Entries, audit, lots, holds, marks and keys of callers are never among it. */
export const pruneJob: InstanceJob = {
  name: 'prune',
  title: 'Delete answers, notices and webhooks that are of no use any more',
  pattern: '15 2 * * *',
  run: async ({ app, database }, { now: given, signal }): Promise<Pruned> => {
    const settings = pruneSettingsOf(app);
    const now = given ?? (await database.dialect.statements.serverNow(database.handle));
    const deleted: Record<string, number> = {};
    for (const pruned of prunedTables) {
      deleted[pruned.table] = await pruneTable(database, pruned, { now, signal, keptDays: settings[pruned.kept] });
    }
    const { mandatoryNoticesDays: mandatoryDays, noticesDays: optionalDays } = settings;
    Object.assign(deleted, await pruneNotices(database, { now, signal, optionalDays, mandatoryDays }));
    const keptDays = settings.paymentEventsDays;
    deleted[EVENTS_TABLE] = Number(await pruneInbox(database, { now, signal, keptDays }));
    deleted['carryover_job_leases'] = await pruneJobRows(database, now);
    return { deleted: Object.fromEntries(Object.entries(deleted).filter(([, rows]) => rows > 0)) };
  },
};

async function pruneJobRows(database: Database, now: Instant): Promise<number> {
  const { instant } = database.dialect.expressions;
  const { numAffectedRows } = await database.write((trx) =>
    sql`delete from ${sql.table('carryover_job_leases')}
      where holder is null and started_at < ${instant(now.plusMillis(-JOB_ROWS_KEPT_MS))}`.execute(trx),
  );
  return Number(numAffectedRows ?? 0n);
}
