import { open } from 'node:fs/promises';
import { sql } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import { openDefaults, type ConnectionTarget } from '../../dialect.ts';
import { restoreFailed } from '../../sql-errors.ts';
import { programsFor, type Flavour } from './client-programs.ts';
import { checkWholeDump } from './dump-file.ts';
import { withOptionFile } from './option-file.ts';
import { reasonOf, startClient } from './run-client.ts';
import { serverFlavour, withHandle } from './short-handle.ts';

/**
 * See `BackupTools.restore`. The client stops at the first statement that fails. What it did until then stays, since DDL
 * cannot be undone here, so the database is of no use after a failure.
 */
export async function restoreBackup(file: string, into: ConnectionTarget): Promise<void> {
  try {
    await checkWholeDump(file);
    const { client, flavour } = await programsFor(await checkEmpty(into));
    await withOptionFile(into, flavour, (optionFile) => runRestore(client, optionFile, { file, into }));
  } catch (error) {
    if (error instanceof CarryoverError) throw error;
    throw new CarryoverError(restoreFailed, { shown: into.shown, reason: reasonOf(error, into) }, error);
  }
}

interface Restore {
  readonly file: string;
  readonly into: ConnectionTarget;
}

async function runRestore(client: string, optionFile: string, { file, into }: Restore): Promise<void> {
  const input = await open(file, 'r');
  try {
    // In binary mode the client leaves line ends alone and obeys no commands of its own inside the file.
    const args = [`--defaults-file=${optionFile}`, '--batch', '--binary-mode', `--database=${into.database}`];
    const running = startClient(client, args, input);
    running.stdout.resume();
    await running.ended;
  } finally {
    await input.close();
  }
}

async function checkEmpty(into: ConnectionTarget): Promise<Flavour> {
  const options = { ...openDefaults, access: 'read-only', poolMax: 1, applicationName: 'carryover-backup' } as const;
  return withHandle(into, options, async (handle) => {
    const { rows } = await sql<{ objects: bigint }>`
      select (select count(*) from information_schema.tables where table_schema = database())
        + (select count(*) from information_schema.routines where routine_schema = database())
        + (select count(*) from information_schema.events where event_schema = database()) as objects`.execute(handle);
    if (rows[0]?.objects !== 0n) throw new Error('the database is not empty');
    return serverFlavour(handle);
  });
}
