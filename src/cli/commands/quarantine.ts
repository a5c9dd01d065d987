import { coreMigrations, type CutoverTables } from '../../cutover/index.ts';
import { pendingMigrations } from '../../sql/schema-migrator.ts';
import type { DefineCommand } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderTable } from '../render/render-table.ts';
import { runSpan, type StageOptions } from '../run-span.ts';

/** `carryover quarantine list | retry`: legacy rows that wait to be corrected. */
export const defineQuarantine: DefineCommand = (program, bind) => {
  const quarantine = program
    .command('quarantine')
    .description('legacy rows that could not be carried and wait with their reason');
  bind(quarantine.command('list').description('list the rows in quarantine'), (run) =>
    onInstances(run, { mayDefault: true, open: { access: 'read-only' } }, async (instance, database) => {
      const app = await run.app();
      const system = app.system(run.options.system).descriptor.name;
      const isThere = (await pendingMigrations(database, coreMigrations)).length === 0;
      const rows = isThere
        ? await database.handle
            .withTables<CutoverTables>()
            .selectFrom('carryover_quarantine')
            .select(['source', 'reason', 'subject', 'first_seen_at'])
            .where('system_name', '=', system)
            .orderBy('source')
            .execute()
        : [];
      run.output.data({ instance, system, rows });
      const cells = rows.map(({ source, reason, subject, first_seen_at: seenAt }) => [
        source,
        reason,
        subject,
        seenAt.toString().slice(0, 19),
      ]);
      if (rows.length === 0) run.output.line(`Nothing of ${system} on "${instance}" is in quarantine.`);
      for (const line of cells.length === 0
        ? []
        : renderTable(
            [{ heading: 'row' }, { heading: 'reason' }, { heading: 'subject' }, { heading: 'since (UTC)' }],
            cells,
          )) {
        run.output.line(line);
      }
      return rows.length === 0 ? EXIT.done : EXIT.findings;
    }),
  );
  const retry = quarantine
    .command('retry')
    .description('carry what was corrected since: another pass of the backfill, then verify');
  bind<StageOptions>(retry, (run, options) =>
    onInstances(run, { mayDefault: false }, async (instance, database) => {
      if (!(await isConfirmed(run, `carry corrected rows on "${instance}" (${database.target.shown})`)))
        return EXIT.refused;
      const { analysis } = await runSpan(run, { instance, database }, { options, span: { from: 'backfill' } });
      const left = analysis.facts
        .flatMap(({ outcomes }) => outcomes)
        .filter(({ outcome }) => outcome === 'quarantined');
      const rows = left.reduce((sum, outcome) => sum + outcome.rows, 0n);
      run.output.data({ instance, quarantined: rows });
      run.output.line(`${rows} rows are still in quarantine on "${instance}".`);
      return rows === 0n ? EXIT.done : EXIT.findings;
    }),
  );
};
