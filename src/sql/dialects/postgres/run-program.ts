import { spawn } from 'node:child_process';

/** How much of a program's messages is kept: its last lines say why it failed. */
const MESSAGES_KEPT = 4_000;

/** How a child program is run. */
export interface RunOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the program when it is aborted. */
  readonly signal?: AbortSignal;
}

/** What a program that ended wrote. */
export interface ProgramResult {
  /** Nothing of a dump: those go to a file. */
  readonly output: string;
  readonly messages: string;
}

/** A program that could not be started, was ended by a signal, or ended with another code than 0. */
export class ProgramFailure extends Error {
  /** The last lines the program wrote to stderr; empty when it wrote none. */
  readonly messages: string;

  constructor(ending: string, messages: string) {
    super(ending);
    this.name = 'ProgramFailure';
    this.messages = messages;
  }
}

/** Runs a program to its end. Throws `ProgramFailure`; a program whose signal is aborted is ended first. */
export function runProgram(
  command: string,
  args: readonly string[],
  { environment, signal }: RunOptions,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      killSignal: 'SIGTERM',
      ...(signal === undefined ? {} : { signal }),
    });
    let output = '';
    let messages = '';
    let spawnError: Error | undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MESSAGES_KEPT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      messages = (messages + text).slice(-MESSAGES_KEPT);
    });
    child.on('error', (error) => {
      spawnError = error;
      // A program that was never started has no end to wait for.
      if (child.pid === undefined) reject(new ProgramFailure(error.message, ''));
    });
    child.on('close', (code, endedBy) => {
      if (code === 0 && spawnError === undefined) resolve({ output, messages });
      else
        reject(
          new ProgramFailure(endedBy === null ? `it ended with code ${code}` : `it was ended by ${endedBy}`, messages),
        );
    });
  });
}
