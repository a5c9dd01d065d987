import type { Command } from 'commander';
import type { App } from '../app/app.ts';
import type { Terminal } from './conversation.ts';
import type { Output } from './output.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly instance?: string;
  readonly system?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly color?: boolean;
  readonly debug?: boolean;
}

/** What a command runs with. */
export interface CommandRun {
  readonly output: Output;
  readonly options: GlobalOptions;
  /** The words of the command, such as `tuition record-payment`, for messages. */
  readonly name: string;
  /** The folder the command was called in. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Where a person can be asked; undefined in scripts, pipes and with `--json`. */
  readonly terminal: Terminal | undefined;
  /** Loads the configuration when it is first asked for. */
  app(): Promise<App>;
}

/** The work of a command: returns the exit code, or throws. */
export type CommandWork<Own> = (run: CommandRun, own: Own, args: readonly string[]) => Promise<number>;

/** Binds work to a command of the program; given by the program's builder. */
export type Bind = <Own = object>(command: Command, work: CommandWork<Own>) => void;

/** A command: declares its words and options, and binds its work. One per file. */
export type DefineCommand = (program: Command, bind: Bind) => void;
