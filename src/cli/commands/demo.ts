import path from 'node:path';
import { CarryoverError } from '../../base/errors.ts';
import { cliUsage } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { prepareSaas } from '../demo/carry-saas.ts';
import { carrySchool, prepareSchool } from '../demo/carry-school.ts';
import { startSaas } from '../demo/saas-beside.ts';
import { serveDemo } from '../demo/serve-demo.ts';
import { readPort } from '../read-port.ts';
import { untilAborted } from '../until-aborted.ts';
import type { DemoHint } from '../demo/demo-hints.ts';
import { EXIT } from '../exit-codes.ts';
import { renderHints } from '../render/render-demo.ts';
import { renderSeconds } from '../render/render-numbers.ts';

interface DemoOptions {
  readonly folder: string;
  readonly students: string;
  readonly users: string;
  readonly port: string;
  readonly once?: boolean;
}

/** `carryover demo`: makes a sample school and a sample SaaS and carries both over, so that a stranger sees the whole of it. */
export const defineDemo: DefineCommand = (program, bind) => {
  const command = program
    .command('demo')
    .description(
      'make a sample school and a sample SaaS, carry them over with proof, the SaaS while it is in use, then serve both to try things on',
    )
    .option('--folder <path>', 'where to make them; made anew when it is an earlier demo', 'carryover-demo')
    .option('--students <n>', 'size of the school, at least 61', '2000')
    .option('--users <n>', 'size of the SaaS, at least 53', '5000')
    .option('--port <n>', 'where to serve the school, the SaaS one above; free ones where they are taken', '4300')
    .option('--once', 'end after the run, without hints and serving');
  bind<DemoOptions>(command, async (run, options) => {
    const startedMs = performance.now();
    const students = readSize(run, { option: 'students', text: options.students, min: 61, what: 'pupil' });
    const users = readSize(run, { option: 'users', text: options.users, min: 53, what: 'user' });
    const port = readPort(run, options.port);
    const folder = path.resolve(run.folder, options.folder);
    const saasFolder = path.join(folder, 'saas');
    // The folder of the SaaS lies in that of the school, which is emptied.
    await prepareSchool(folder);
    await prepareSaas(saasFolder);
    const saas = startSaas(run, { folder: saasFolder, users });
    const ofSchool = await carrySchool(run, { folder, students }).catch(async (error: unknown) => {
      await saas.stop();
      throw error;
    });
    run.output.line();
    const ofSaas = await saas.tell();
    if ('failed' in ofSaas) return ofSaas.failed;
    run.output.line(`All of it took ${renderSeconds((performance.now() - startedMs) / 1000)}.`);
    if (options.once !== true) {
      tellHints(run, ofSchool, { folder, title: 'Try next, in the school' });
      tellHints(run, ofSaas.hints, { folder: saasFolder, title: 'And in the SaaS' });
      await serveBoth(run, { school: folder, saas: saasFolder, userId: ofSaas.userId, port });
    }
    return EXIT.done;
  });
};

/** Serves both until the process is told to end. */
async function serveBoth(
  run: CommandRun,
  {
    school,
    saas,
    userId,
    port,
  }: { readonly school: string; readonly saas: string; readonly userId: string; readonly port: number },
): Promise<void> {
  const curl = 'curl -s -H "Authorization: Bearer $KEY"';
  const serving = await serveDemo(run, [
    {
      folder: school,
      system: 'tuition',
      title: 'The school is served',
      port,
      tries: (address) => [
        { what: `${curl} ${address}/api/tuition/reports/refused-today`, shows: 'who would be turned away today' },
        {
          what: `${address}/kiosk`,
          shows: 'the screen at the door; it admits once "switch --all" has given the ledger the word',
        },
      ],
    },
    {
      folder: saas,
      system: 'billing',
      title: 'The SaaS is served',
      port: port === 0 || port === 65_535 ? 0 : port + 1,
      tries: (address) => [
        { what: `${curl} ${address}/api/admin/billing/user/${userId}/summary`, shows: 'everything about one user' },
        {
          what: `${curl} ${address}/api/admin/billing/credits/adjust -d '{"user_id": "${userId}", "amount": 5.00, "reason": "trying it"}'`,
          shows: 'give five dollars of credits',
        },
        {
          what: `${curl} "${address}/api/billing/v2/transactions?user_id=${userId}"`,
          shows: 'and see them in the statement',
        },
      ],
    },
  ]);
  run.output.line();
  run.output.line('Press Ctrl-C to end.');
  await untilAborted(run.signal);
  for (const opened of serving) await opened.close();
}

function readSize(
  run: CommandRun,
  asked: { readonly option: string; readonly text: string; readonly min: number; readonly what: string },
): number {
  const { option, text, min, what } = asked;
  const size = Number(text);
  if (Number.isInteger(size) && size >= min) return size;
  const expected = `a whole number of at least ${min}, so that every trap has its ${what}`;
  throw new CarryoverError(cliUsage, { command: run.name, found: `--${option} ${text}`, expected });
}

function tellHints(
  run: CommandRun,
  hints: readonly DemoHint[],
  { folder, title }: { readonly folder: string; readonly title: string },
): void {
  const shown = path.relative(run.folder, folder) || '.';
  run.output.line();
  for (const line of renderHints(hints, { folder: shown, title }, run.output.colors)) run.output.line(line);
}
