import { readJournal, type JournalRow } from '../../app/cutover/read-journal.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { readLimit, readPosition } from '../read-page.ts';
import { renderCount, renderSeconds } from '../render/render-numbers.ts';
import { renderTable } from '../render/render-table.ts';

interface JournalOptions {
  readonly limit: string;
  readonly before?: string;
}

/** `carryover journal`: what runs intended and did, line by line. It stays after a rollback. */
export const defineJournal: DefineCommand = (program, bind) => {
  const command = program
    .command('journal')
    .description('list what the runs of a system intended and did, oldest of the page first; stays after a rollback')
    .option('--limit <n>', 'lines of a page', '40')
    .option('--before <seq>', 'the lines before this number, for the page before');
  bind<JournalOptions>(command, (run, options) => {
    const page = {
      limit: readLimit(run, options.limit),
      before: readPosition(run, '--before', options.before),
    };
    return onInstances(
      run,
      { mayDefault: true, open: { access: 'read-only', poolMax: 2 } },
      async (instance, database) => {
        const system = (await run.app()).system(run.options.system).descriptor.name;
        const lines = await readJournal(database, system, page);
        run.output.data({ instance, system, lines });
        if (lines.length === 0) run.output.line(`No run of ${system} wrote anything on "${instance}".`);
        else for (const line of renderJournal(lines)) run.output.line(line);
        return EXIT.done;
      },
    );
  });
};

function renderJournal(lines: readonly JournalRow[]): readonly string[] {
  const rows = lines.map((line) => [
    line.seq.toString(),
    line.recorded_at.toString().slice(0, 19).replace('T', ' '),
    line.stage,
    line.step,
    line.phase,
    line.row_count === null ? '' : renderCount(line.row_count),
    line.duration_us === null ? '' : renderSeconds(Number(line.duration_us) / 1e6),
  ]);
  return renderTable(
    [
      { heading: 'seq', align: 'right' },
      { heading: 'recorded (UTC)' },
      { heading: 'stage' },
      { heading: 'step' },
      { heading: 'phase' },
      { heading: 'rows', align: 'right' },
      { heading: 'time', align: 'right' },
    ],
    rows,
  );
}
