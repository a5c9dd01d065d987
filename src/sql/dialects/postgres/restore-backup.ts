import { Kysely, sql } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import { openDefaults, type ConnectionTarget } from '../../dialect.ts';
import type { NoTables } from '../../engine.ts';
import { restoreFailed } from '../../sql-errors.ts';
import { programsFor } from './client-programs.ts';
import { connect } from './kysely-dialects.ts';
import { programEnvironment, reasonOf } from './program-environment.ts';
import { isNotOfExtension, isUserSchema } from './relation-names.ts';
import { ProgramFailure, runProgram } from './run-program.ts';

/** See `BackupTools.restore`. All in one transaction: a restore that failed leaves the database as empty as it was. */
export async function restoreBackup(file: string, into: ConnectionTarget): Promise<void> {
  try {
    const { empty, superuser, version } = await look(into);
    if (!empty) throw new Error('the database is not empty');
    const { restore } = await programsFor(Math.floor(Number(version) / 10_000));
    // Only a superuser may give objects to other roles; anyone else owns all of them, which a copy can live with.
    const ownership = superuser ? [] : ['--no-owner', '--no-privileges'];
    // A copy that subscribes to the original's changes would apply them once more.
    const args = ['--exit-on-error', '--single-transaction', '--no-password', '--no-subscriptions', ...ownership];
    const { messages } = await runProgram(restore, [...args, `--dbname=${connectionInfo(into)}`, file], {
      environment: programEnvironment(into),
    });
    if (/error:/i.test(messages)) throw new ProgramFailure('it went on after an error', messages);
  } catch (error) {
    if (error instanceof CarryoverError) throw error;
    throw new CarryoverError(restoreFailed, { shown: into.shown, reason: reasonOf(error, into) }, error);
  }
}

interface Look {
  readonly empty: boolean;
  readonly superuser: boolean;
  readonly version: string;
}

async function look(into: ConnectionTarget): Promise<Look> {
  const options = { ...openDefaults, access: 'read-only', poolMax: 1, applicationName: 'carryover-backup' } as const;
  const handle = new Kysely<NoTables>({ dialect: connect(into, options) });
  try {
    const { rows } = await sql<Look>`
      select current_setting('is_superuser') = 'on' as superuser, current_setting('server_version_num') as version,
        not exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where ${isUserSchema('n.nspname')} and ${isNotOfExtension('pg_class', 'c.oid')}) as empty`.execute(handle);
    return rows[0] as Look;
  } finally {
    await handle.destroy();
  }
}

/** The database by name only; the rest comes from the environment. A bare name with "=" in it would be read as settings. */
function connectionInfo({ database }: ConnectionTarget): string {
  return `dbname='${database.replace(/['\\]/g, '\\$&')}'`;
}
