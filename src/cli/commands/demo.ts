import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openApp } from '../../app/app.ts';
import { configuredUnits } from '../../app/configured-units.ts';
import { createSampleSchool } from '../../systems/tuition/sample-school/create-sample-school.ts';
import { SAMPLE_AS_OF } from '../../systems/tuition/sample-school/sample-calendar.ts';
import { sampleTraps } from '../../systems/tuition/sample-school/sample-traps.ts';
import { CarryoverError } from '../../base/errors.ts';
import type { Database } from '../../sql/database.ts';
import { fileUrl } from '../../sql/dialects/file-urls.ts';
import { cliUsage } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { prepareDemoFolder } from '../demo/demo-folder.ts';
import { demoHints } from '../demo/demo-hints.ts';
import { EXIT } from '../exit-codes.ts';
import { renderDemo, renderHints } from '../render/render-demo.ts';
import { renderCount, renderSeconds } from '../render/render-numbers.ts';
import { runSpan } from '../run-span.ts';

interface DemoOptions {
  readonly folder: string;
  readonly students: string;
  readonly once?: boolean;
}

/** `carryover demo`: makes a sample school and carries it over, so that a stranger sees the whole of it. */
export const defineDemo: DefineCommand = (program, bind) => {
  const command = program
    .command('demo')
    .description('make a sample school in a file of its own, carry it over with proof, and leave it to try commands on')
    .option('--folder <path>', 'where to make it; made anew when it is an earlier demo', 'carryover-demo')
    .option('--students <n>', 'size of the school, at least 61', '2000')
    .option('--once', 'end after the run without hints');
  bind<DemoOptions>(command, async (run, options) => {
    const startedMs = performance.now();
    const students = readStudents(run, options.students);
    const folder = path.resolve(run.folder, options.folder);
    await prepareDemoFolder(folder, { instances: { demo: { url: fileUrl('./school.db') } }, systems: { tuition: {} } });
    await writeFile(path.join(folder, 'school.db'), '');
    const demo = await demoRun(run, folder);
    const app = await demo.app();
    const database = await app.openInstance('demo');
    try {
      await makeSchool(run, database, students);
      const asOf = SAMPLE_AS_OF.toString();
      const report = await runSpan(demo, { instance: 'demo', database }, { options: { asOf }, span: {} });
      run.output.data(report);
      run.output.line();
      for (const line of renderDemo(report, configuredUnits(app), run.output.colors)) run.output.line(line);
      run.output.line(`All of it took ${renderSeconds((performance.now() - startedMs) / 1000)}.`);
      if (options.once !== true) await tellHints(run, database, folder);
    } finally {
      await database.close();
    }
    return EXIT.done;
  });
};

function readStudents(run: CommandRun, text: string): number {
  const students = Number(text);
  if (Number.isInteger(students) && students >= 61) return students;
  const expected = 'a whole number of at least 61, so that every trap has its pupil';
  throw new CarryoverError(cliUsage, { command: run.name, found: `--students ${text}`, expected });
}

/** The run as if its command had been called in the demo's folder, on its only instance, and confirmed. */
async function demoRun(run: CommandRun, folder: string): Promise<CommandRun> {
  const app = openApp(folder, undefined, run.environment);
  await app;
  return {
    ...run,
    options: { ...run.options, instance: 'demo', system: 'tuition', yes: true },
    folder,
    app: () => app,
  };
}

async function makeSchool(run: CommandRun, database: Database, students: number): Promise<void> {
  const { output } = run;
  const startedMs = performance.now();
  const school = await createSampleSchool(database, { students });
  const seconds = (performance.now() - startedMs) / 1000;
  const counts = [
    `${renderCount(school.students)} pupils`,
    `${renderCount(school.enrolments)} enrolments`,
    `${renderCount(school.payments)} payments`,
    `${renderCount(school.attendances)} attendances`,
  ];
  output.line(output.colors.bold('A sample school'));
  output.line(`  ${counts.join(', ')} over three years, made in ${renderSeconds(seconds)},`);
  output.line(`  with ${renderCount(sampleTraps.length)} kinds of trap that the data of real schools have`);
  output.line();
}

async function tellHints(run: CommandRun, database: Database, folder: string): Promise<void> {
  const shown = path.relative(run.folder, folder) || '.';
  run.output.line();
  for (const line of renderHints(await demoHints(database), shown, run.output.colors)) run.output.line(line);
}
