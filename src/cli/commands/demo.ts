import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CarryoverError } from '../../base/errors.ts';
import { openApp } from '../../app/app.ts';
import { openDatabase } from '../../sql/database.ts';
import { createSampleSchool } from '../../systems/tuition/sample-school/create-sample-school.ts';
import { SAMPLE_AS_OF } from '../../systems/tuition/sample-school/sample-calendar.ts';
import { sampleTraps } from '../../systems/tuition/sample-school/sample-traps.ts';
import { cliFileExists } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { renderCount, renderSeconds } from '../render/render-numbers.ts';
import { runSpan } from '../run-span.ts';
import { tellReport } from './migrate.ts';

/** Marks a folder as the demo's own, so that only such a folder is ever made anew. */
const MARKER = '.carryover-demo';

interface DemoOptions {
  readonly folder: string;
  readonly once?: boolean;
}

/** `carryover demo`: makes a sample school and carries it over, so that a stranger sees the whole of it. */
export const defineDemo: DefineCommand = (program, bind) => {
  const command = program
    .command('demo')
    .description('make a sample school in a SQLite file, carry it over with proof, and leave it to try commands on')
    .option('--folder <path>', 'where to make it', 'carryover-demo')
    .option('--once', 'end after the run without hints');
  bind<DemoOptions>(command, async (run, options) => {
    const startedMs = performance.now();
    const folder = path.resolve(run.folder, options.folder);
    await prepareFolder(folder);
    await makeSchool(run, folder);
    const demo: CommandRun = {
      ...run,
      options: { ...run.options, instance: 'demo', system: 'tuition', yes: true },
      folder,
      app: () => openApp(folder, undefined, run.environment),
    };
    const app = await demo.app();
    const database = await app.openInstance('demo');
    try {
      const report = await runSpan(
        demo,
        { instance: 'demo', database },
        { options: { asOf: SAMPLE_AS_OF.toString() }, span: {} },
      );
      run.output.data(report);
      tellReport(demo, report);
    } finally {
      await database.close();
    }
    run.output.line();
    run.output.line(`All of it took ${renderSeconds((performance.now() - startedMs) / 1000)}.`);
    if (options.once !== true) tellHints(run, folder);
    return EXIT.done;
  });
};

async function prepareFolder(folder: string): Promise<void> {
  const isOurs = existsSync(path.join(folder, MARKER));
  const isEmpty = !existsSync(folder) || (await readdir(folder)).length === 0;
  if (!isOurs && !isEmpty) throw new CarryoverError(cliFileExists, { file: folder });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, MARKER), 'This folder is made anew by "carryover demo".\n');
}

async function makeSchool(run: CommandRun, folder: string): Promise<void> {
  const { output } = run;
  const startedMs = performance.now();
  const file = path.join(folder, 'school.db');
  await writeFile(file, '');
  const config = { instances: { demo: { url: 'sqlite:./school.db' } }, systems: { tuition: {} } };
  await writeFile(path.join(folder, 'carryover.config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
  const database = await openDatabase(`sqlite:${file}`);
  try {
    const school = await createSampleSchool(database);
    const seconds = (performance.now() - startedMs) / 1000;
    output.line(output.colors.bold('A sample school'));
    output.line(
      `  ${renderCount(school.students)} pupils, ${renderCount(school.enrolments)} enrolments, ${renderCount(school.payments)} payments, ${renderCount(school.attendances)} attendances over three years, made in ${renderSeconds(seconds)}`,
    );
    output.line(`  with ${renderCount(sampleTraps.length)} kinds of trap in its data that real schools have`);
    output.line();
  } finally {
    await database.close();
  }
}

function tellHints(run: CommandRun, folder: string): void {
  const { output } = run;
  const shown = path.relative(run.folder, folder);
  output.line();
  output.line(output.colors.bold('Try next'));
  for (const hint of [
    `cd ${shown}`,
    'npx carryover status',
    'npx carryover statement sessions 12:3',
    'npx carryover tuition credit-report',
    'npx carryover rollback --instance demo',
  ]) {
    output.line(`  ${hint}`);
  }
}
