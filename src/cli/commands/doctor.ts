import type { DefineCommand } from '../command.ts';
import { examineInstance, examineMachine, type DoctorCheck } from '../doctor-checks.ts';
import { EXIT } from '../exit-codes.ts';
import { renderTable } from '../render/render-table.ts';

/** `carryover doctor`: checks everything that a run needs, before it is needed. */
export const defineDoctor: DefineCommand = (program, bind) => {
  const command = program
    .command('doctor')
    .description('check everything a run needs: configuration, connection, privileges, tools, space, legacy tables');
  bind(command, async (run) => {
    const checks: DoctorCheck[] = [...(await examineMachine(run))];
    const hasConfig = checks.every(({ state }) => state !== 'fail');
    if (hasConfig) {
      const app = await run.app();
      const instances =
        run.options.instance === undefined ? app.instanceNames : app.instancesOf(run.options.instance, true);
      for (const instance of instances) checks.push(...(await examineInstance(run, app, instance)));
    }
    const { green, yellow, red } = run.output.colors;
    const mark = { ok: green('ok'), warn: yellow('warn'), fail: red('FAIL') };
    run.output.data({ checks });
    const rows = checks.map(({ state, subject, what, found }) => [mark[state], subject, what, found]);
    for (const line of renderTable(
      [{ heading: '' }, { heading: 'where' }, { heading: 'check' }, { heading: 'found' }],
      rows,
    ))
      run.output.line(line);
    for (const { state, what, remedy } of checks)
      if (state !== 'ok' && remedy !== undefined) run.output.line(`${mark[state]} ${what}: ${remedy}`);
    const fails = checks.filter(({ state }) => state === 'fail').length;
    run.output.line(
      fails === 0 ? `${checks.length} checks, nothing in the way.` : `${fails} of ${checks.length} checks failed.`,
    );
    return fails === 0 ? EXIT.done : EXIT.findings;
  });
};
