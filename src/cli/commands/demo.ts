import path from 'node:path';
import { CarryoverError } from '../../base/errors.ts';
import { cliUsage } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { carrySaas } from '../demo/carry-saas.ts';
import { carrySchool } from '../demo/carry-school.ts';
import type { DemoHint } from '../demo/demo-hints.ts';
import { EXIT } from '../exit-codes.ts';
import { renderHints } from '../render/render-demo.ts';
import { renderSeconds } from '../render/render-numbers.ts';

interface DemoOptions {
  readonly folder: string;
  readonly students: string;
  readonly users: string;
  readonly once?: boolean;
}

/** `carryover demo`: makes a sample school and a sample SaaS and carries both over, so that a stranger sees the whole of it. */
export const defineDemo: DefineCommand = (program, bind) => {
  const command = program
    .command('demo')
    .description(
      'make a sample school and a sample SaaS, carry them over with proof, the SaaS while it is in use, and leave both to try commands on',
    )
    .option('--folder <path>', 'where to make them; made anew when it is an earlier demo', 'carryover-demo')
    .option('--students <n>', 'size of the school, at least 61', '2000')
    .option('--users <n>', 'size of the SaaS, at least 53', '5000')
    .option('--once', 'end after the run without hints');
  bind<DemoOptions>(command, async (run, options) => {
    const startedMs = performance.now();
    const students = readSize(run, { option: 'students', text: options.students, min: 61, what: 'pupil' });
    const users = readSize(run, { option: 'users', text: options.users, min: 53, what: 'user' });
    const folder = path.resolve(run.folder, options.folder);
    const ofSchool = await carrySchool(run, { folder, students });
    run.output.line();
    const saasFolder = path.join(folder, 'saas');
    const ofSaas = await carrySaas(run, { folder: saasFolder, users });
    run.output.line(`All of it took ${renderSeconds((performance.now() - startedMs) / 1000)}.`);
    if (options.once !== true) {
      tellHints(run, ofSchool, { folder, title: 'Try next, in the school' });
      tellHints(run, ofSaas, { folder: saasFolder, title: 'And in the SaaS' });
    }
    return EXIT.done;
  });
};

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
