import { execFile } from 'node:child_process';
import type { ServerOwner } from './server-owner.ts';

/** What a program needs around it. */
export interface ProgramSurroundings {
  readonly folder: string;
  /** The user to run it as; ourselves when left out. */
  readonly owner?: ServerOwner | undefined;
}

/** Runs a program to its end and answers with its output. Throws an Error with what it printed when it fails. */
export function runProgram(command: string, args: readonly string[], around: ProgramSurroundings): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd: around.folder, ...around.owner, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`Cannot run "${command}": ${error.message}. Read what it printed:\n${stdout}\n${stderr}`));
    });
  });
}
