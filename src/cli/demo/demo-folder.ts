import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CarryoverConfig } from '../../app/config.ts';
import { CarryoverError } from '../../base/errors.ts';
import { cliFileExists } from '../cli-errors.ts';

/** Marks a folder as the demo's own, so that only such a folder is ever emptied. */
const MARKER = '.carryover-demo';

/**
 * Makes the demo's folder anew, with its configuration and a launcher of this very program: `./carryover status` then works
 * in it, whether Carryover is installed or run from a clone. Throws `CLI_FILE_EXISTS` for a folder with anything of somebody else's.
 */
export async function prepareDemoFolder(folder: string, config: CarryoverConfig): Promise<void> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  if (names.length > 0 && !names.includes(MARKER)) throw new CarryoverError(cliFileExists, { file: folder });
  for (const name of names) await rm(path.join(folder, name), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, MARKER), 'This folder is made anew by "carryover demo".\n');
  await writeFile(path.join(folder, 'carryover.config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
  await writeLauncher(folder);
}

/** The name under which the launcher is called from inside the folder. */
export const LAUNCHER: string = process.platform === 'win32' ? 'carryover' : './carryover';

async function writeLauncher(folder: string): Promise<void> {
  const [program, script = ''] = [process.execPath, process.argv[1]];
  if (process.platform === 'win32') {
    await writeFile(path.join(folder, 'carryover.cmd'), `@"${program}" "${script}" %*\r\n`);
    return;
  }
  const file = path.join(folder, 'carryover');
  await writeFile(file, `#!/bin/sh\nexec ${quoted(program)} ${quoted(script)} "$@"\n`);
  await chmod(file, 0o755);
}

/** A word of a shell command, whatever characters it has. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
