import { readQuarantine } from '../../app/cutover/read-quarantine.ts';
import { retryQuarantine } from '../../cutover/index.ts';
import type { Database } from '../../sql/database.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { ProgressPrinter } from '../progress-printer.ts';
import { renderTable } from '../render/render-table.ts';
import { stageContext, type StageOptions } from '../run-span.ts';

/** `carryover quarantine list | retry`: legacy rows that wait to be corrected. */
export const defineQuarantine: DefineCommand = (program, bind) => {
  const quarantine = program
    .command('quarantine')
    .description('legacy rows that could not be carried and wait with their reason');
  bind(quarantine.command('list').description('list the rows in quarantine'), (run) =>
    onInstances(run, { mayDefault: true, open: { access: 'read-only' } }, async (instance, database) => {
      const app = await run.app();
      const system = app.system(run.options.system).descriptor.name;
      const found = await readQuarantine(database, system);
      const rows = found.map(({ source, reason, subject, first_seen_at }) => ({
        source,
        reason,
        subject,
        first_seen_at,
      }));
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
  const again = quarantine
    .command('retry')
    .description('carry what was corrected since: another pass of the backfill, then verify');
  bind<StageOptions>(again, (run, options) =>
    onInstances(run, { mayDefault: false }, async (instance, database) => {
      if (!(await isConfirmed(run, `carry corrected rows on "${instance}" (${database.target.shown})`)))
        return EXIT.refused;
      const rows = await retry(run, { instance, database }, options);
      run.output.data({ instance, quarantined: rows });
      run.output.line(`${rows} rows are still in quarantine on "${instance}".`);
      return rows === 0n ? EXIT.done : EXIT.findings;
    }),
  );
};

async function retry(
  run: CommandRun,
  on: { readonly instance: string; readonly database: Database },
  options: StageOptions,
): Promise<bigint> {
  const printer = new ProgressPrinter(run.output);
  try {
    const context = await stageContext(run, { ...on, printer }, options);
    return (await retryQuarantine(context, { takeover: options.takeover === true })).quarantined;
  } finally {
    printer.end();
  }
}
