import type { StageName } from '../../cutover/index.ts';
import type { DefineCommand } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { runSpan, type StageOptions } from '../run-span.ts';
import { tellReport } from './migrate.ts';

const PARTS: readonly {
  readonly name: 'rehearse' | 'expand' | 'backfill';
  readonly from: StageName;
  readonly what: string;
}[] = [
  {
    name: 'rehearse',
    from: 'backup',
    what: 'take and prove a backup, and run the whole cutover on the restored copy; the live database is only read',
  },
  { name: 'expand', from: 'expand', what: 'add the tables and views of a system, on the newest proven backup' },
  {
    name: 'backfill',
    from: 'backfill',
    what: 'post what legacy has and the ledger has not; posts nothing when both agree',
  },
];

/** `carryover rehearse`, `expand`, `backfill`: single stages of a run, for people who want to look in between. */
export const defineStages: DefineCommand = (program, bind) => {
  for (const { name, from, what } of PARTS) {
    const command = program
      .command(name)
      .description(what)
      .option('--as-of <instant>', 'the present for every rule of the run')
      .option('--plan-hash <hash>', 'refuse any other plan than this')
      .option('--takeover', 'take a run over from a runner that no longer lives');
    bind<StageOptions>(command, (run, options) =>
      onInstances(run, { mayDefault: false }, async (instance, database) => {
        if (name !== 'rehearse' && !(await isConfirmed(run, `${name} "${instance}" (${database.target.shown})`)))
          return EXIT.refused;
        const report = await runSpan(run, { instance, database }, { options, span: { from, to: name } });
        run.output.data(report);
        tellReport(run, report);
        return EXIT.done;
      }),
    );
  }
};
