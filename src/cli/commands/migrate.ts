import type { CutoverReport } from '../../cutover/index.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderAnalysis } from '../render/render-analysis.ts';
import { renderBackupLine } from '../render/render-backups.ts';
import { renderSeconds } from '../render/render-numbers.ts';
import { renderPlan } from '../render/render-plan.ts';
import { renderVerification } from '../render/render-verification.ts';
import { runSpan, type StageOptions } from '../run-span.ts';

interface MigrateOptions extends StageOptions {
  readonly dryRun?: boolean;
}

/** `carryover migrate`: analyze to verify, or on from where a run was stopped; rolls back by itself what fails. */
export const defineMigrate: DefineCommand = (program, bind) => {
  const command = program
    .command('migrate')
    .description(
      'carry a system over: analyze, plan, backup, rehearse, expand, backfill, verify; goes on where a run was stopped',
    )
    .option('--dry-run', 'analyze and plan only; writes nothing')
    .option('--as-of <instant>', 'the present for every rule of the run')
    .option('--plan-hash <hash>', 'refuse any other plan than this')
    .option('--takeover', 'take a run over from a runner that no longer lives');
  bind<MigrateOptions>(command, (run, options) => {
    const open = options.dryRun === true ? { access: 'read-only' as const } : {};
    return onInstances(run, { mayDefault: false, open }, async (instance, database) => {
      const span = options.dryRun === true ? { to: 'plan' as const } : {};
      if (options.dryRun !== true && !(await isConfirmed(run, `migrate "${instance}" (${database.target.shown})`)))
        return EXIT.refused;
      const report = await runSpan(run, { instance, database }, { options, span });
      run.output.data(report);
      tellReport(run, report);
      return EXIT.done;
    });
  });
};

/** A whole run for people: what was found, planned, backed up, rehearsed and verified. */
export function tellReport(run: Pick<CommandRun, 'output'>, report: CutoverReport): void {
  const { output } = run;
  const { analysis, plan, backup, rehearsal, verification } = report;
  const lines = [
    '',
    ...renderAnalysis(analysis, output.colors),
    '',
    ...renderPlan(plan, output.colors, false),
    ...(backup === undefined ? [] : ['', renderBackupLine(backup)]),
    ...(rehearsal === undefined
      ? []
      : [
          `Rehearsed on the restored copy: backfill ${renderSeconds(rehearsal.measured.backfillSeconds)}, verify ${renderSeconds(rehearsal.measured.verifySeconds)}, ${rehearsal.verification.accounts.different} of ${rehearsal.verification.accounts.compared} accounts differ there.`,
        ]),
    ...(verification === undefined ? [] : ['', ...renderVerification(verification, output.colors)]),
  ];
  for (const line of lines) output.line(line);
}
