import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { configuredUnits } from '../../app/configured-units.ts';
import type { Database } from '../../sql/database.ts';
import { fileUrl } from '../../sql/dialects/file-urls.ts';
import { createSampleSchool } from '../../systems/tuition/sample-school/create-sample-school.ts';
import { SAMPLE_AS_OF } from '../../systems/tuition/sample-school/sample-calendar.ts';
import { sampleTraps } from '../../systems/tuition/sample-school/sample-traps.ts';
import type { CommandRun } from '../command.ts';
import { renderDemo } from '../render/render-demo.ts';
import { renderCount, renderSeconds } from '../render/render-numbers.ts';
import { runSpan } from '../run-span.ts';
import { prepareDemoFolder } from './demo-folder.ts';
import { demoHints, type DemoHint } from './demo-hints.ts';
import { demoRun } from './demo-run.ts';

/** Makes the folder of the school, with an empty database. Throws `CLI_FILE_EXISTS`. */
export async function prepareSchool(folder: string): Promise<void> {
  await prepareDemoFolder(folder, { instances: { demo: { url: fileUrl('./school.db') } }, systems: { tuition: {} } });
  await writeFile(path.join(folder, 'school.db'), '');
}

/** Makes a school in its prepared folder, and carries it over while it stands still. Returns commands to try in the folder. */
export async function carrySchool(
  run: CommandRun,
  { folder, students }: { readonly folder: string; readonly students: number },
): Promise<readonly DemoHint[]> {
  const demo = await demoRun(run, folder, 'tuition');
  const app = await demo.app();
  const database = await app.openInstance('demo');
  try {
    await makeSchool(run, database, students);
    const asOf = SAMPLE_AS_OF.toString();
    const report = await runSpan(demo, { instance: 'demo', database }, { options: { asOf }, span: {} });
    run.output.data(report);
    run.output.line();
    for (const line of renderDemo(report, configuredUnits(app), run.output.colors)) run.output.line(line);
    return await demoHints(database);
  } finally {
    await database.close();
  }
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
  output.line('  (a sample SaaS is made and carried over meanwhile, by a process of its own; its story follows)');
  output.line();
}
