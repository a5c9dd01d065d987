import { Command, CommanderError } from 'commander';
import { openApp, type App } from '../app/app.ts';
import { toolVersion } from '../app/tool-version.ts';
import { CarryoverError } from '../base/errors.ts';
import { EXIT, EXIT_MEANINGS, exitCodeOf } from './exit-codes.ts';
import type { Bind, CommandRun, DefineCommand, GlobalOptions } from './command.ts';
import { Output, type OutputStreams } from './output.ts';

/** What the program runs in. */
export interface ProgramSurroundings extends OutputStreams {
  /** Where a person would type; left out where nobody can be asked. */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Builds the program from its commands. `finish` is called with a command's exit code. */
export function buildProgram(
  commands: readonly DefineCommand[],
  surroundings: ProgramSurroundings,
  finish: (exitCode: number) => void,
): Command {
  const program = new Command('carryover')
    .description(
      'Moves live balances onto a ledger in your own database, with proof and a way back, and keeps them there',
    )
    .version(toolVersion)
    .configureOutput({
      writeOut: (text) => void surroundings.stdout.write(text),
      writeErr: (text) => void surroundings.stderr.write(text),
    })
    .showHelpAfterError('Run with --help for the options.')
    .addHelpText(
      'after',
      `\nExit codes:\n${EXIT_MEANINGS.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}`,
    )
    .exitOverride();
  const bind: Bind = (command, work) => {
    addGlobalOptions(command).exitOverride();
    command.action(async (...received: unknown[]) => {
      const own = received.at(-2) as GlobalOptions;
      const run = commandRun(command, own, surroundings);
      finish(await runGuarded(run, () => work(run, own as never, command.args)));
    });
  };
  for (const define of commands) define(program, bind);
  return program;
}

/** Parses arguments, runs the command and returns the exit code. Usage errors were printed by then. */
export async function runProgram(
  commands: readonly DefineCommand[],
  args: readonly string[],
  surroundings: ProgramSurroundings,
): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = buildProgram(commands, surroundings, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
}

function addGlobalOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: carryover.config.ts here)')
    .option('--instance <name>', 'instance of the configuration, or all')
    .option('--system <name>', 'system of the configuration')
    .option('--json', 'data on standard output, everything else on standard error')
    .option('--yes', 'confirm what would be asked')
    .option('--color', 'colours also without a terminal')
    .option('--no-color', 'no colours')
    .option('--debug', 'show where an error came from');
}

function commandRun(command: Command, options: GlobalOptions, surroundings: ProgramSurroundings): CommandRun {
  const { folder, environment, signal, stdin, stderr } = surroundings;
  const color = options.color === undefined ? {} : { color: options.color };
  const output = new Output(surroundings, { json: options.json === true, ...color });
  let app: Promise<App> | undefined;
  return {
    output,
    options,
    name: wordsOf(command),
    folder,
    environment,
    signal,
    terminal: output.isTerminal && stdin?.isTTY === true ? { input: stdin, output: stderr } : undefined,
    app: () => (app ??= openApp(folder, options.config, environment)),
  };
}

function wordsOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${wordsOf(parent)} ${command.name()}`;
}

async function runGuarded(run: CommandRun, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    tellError(run, error);
    return exitCodeOf(error);
  }
}

/** An error in a line that names the next step. What is no CarryoverError is a fault of ours, and says so. */
export function tellError(run: Pick<CommandRun, 'output' | 'options' | 'name'>, error: unknown): void {
  const { output, options } = run;
  if (error instanceof CarryoverError) {
    output.data({ error: { code: error.code, message: error.message, details: error.details, hint: error.hint } });
    output.note(`${output.colors.red('error')} ${error.code}: ${error.message}`);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    output.data({ error: { code: 'UNEXPECTED', message } });
    output.note(`${output.colors.red('error')} "carryover ${run.name}" met something unforeseen: ${message}`);
    if (options.debug !== true) output.note('Run it again with --debug and report what it prints.');
  }
  if (options.debug === true && error instanceof Error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      output.note(cause.stack ?? String(cause));
  }
}
