import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import { openDefaults, type ConnectionTarget, type OpenOptions } from '../../dialect.ts';
import { scratchRefused } from '../../sql-errors.ts';
import { classifyMysqlError } from './classify.ts';
import { withDatabase } from './parse-url.ts';
import { quoteName, quoteText } from './quote-name.ts';
import { withHandle } from './short-handle.ts';

const SCRATCH_NAME = /_carryover_(proof|rehearsal|restored)_[0-9a-f]{8}$/;

/** Longest name of a database, in characters. */
const NAME_LENGTH_MAX = 64;
const STEM_LENGTH_MAX = NAME_LENGTH_MAX - '_carryover_rehearsal_01234567'.length;

const options: OpenOptions = { ...openDefaults, poolMax: 1, applicationName: 'carryover-backup' };

/** See `BackupTools.createScratch`. The database gets the live one's character set and collation. */
export async function createScratch(beside: ConnectionTarget, purpose: string): Promise<ConnectionTarget> {
  const name = `${stem(beside.database)}_carryover_${purpose}_${randomBytes(4).toString('hex')}`;
  try {
    await withHandle(beside, options, async (handle) => {
      const { rows } = await sql<{ charset: string; collation: string }>`
        select @@character_set_database as charset, @@collation_database as collation`.execute(handle);
      const { charset, collation } = rows[0] as { charset: string; collation: string };
      await sql.raw(`create database ${quoteName(name)} character set ${charset} collate ${collation}`).execute(handle);
    });
  } catch (error) {
    if (classifyMysqlError(error)?.kind !== 'privilege') throw error;
    throw new CarryoverError(scratchRefused, refusal(beside), error);
  }
  return withDatabase(beside, name);
}

/** See `BackupTools.dropScratch`. Connects to a database that every server has, because the live one may be gone. */
export async function dropScratch(scratch: ConnectionTarget): Promise<void> {
  if (!SCRATCH_NAME.test(scratch.database)) throw new Error(`${scratch.shown} is no scratch database`);
  await withHandle(withDatabase(scratch, 'information_schema'), options, async (handle) => {
    await sql.raw(`drop database if exists ${quoteName(scratch.database)}`).execute(handle);
  });
}

/** See `BackupTools.leftoverScratch`. Not those made to keep a restored copy: they are what the user asked for. */
export async function leftoverScratch(beside: ConnectionTarget): Promise<readonly ConnectionTarget[]> {
  const names = await withHandle(beside, options, async (handle) => {
    const { rows } = await sql<{ name: string }>`
      select schema_name as name from information_schema.schemata order by schema_name`.execute(handle);
    return rows.map(({ name }) => name);
  });
  const mine = `${stem(beside.database)}_carryover_`;
  return names
    .filter((name) => name.replace(SCRATCH_NAME, '_carryover_') === mine && SCRATCH_NAME.exec(name)?.[1] !== 'restored')
    .map((name) => withDatabase(beside, name));
}

function refusal({ shown, database, user }: ConnectionTarget): { shown: string; reason: string; remedy: string } {
  const pattern = quoteName(`${stem(database).replaceAll(/[_%\\]/g, String.raw`\$&`)}\\_carryover\\_%`);
  const grant = `grant all on ${pattern}.* to ${quoteText(user ?? '')}`;
  return {
    shown,
    reason: 'its user may not create databases',
    remedy: `Run "${grant}" (with the user's host) as an administrator, then run the same command again.`,
  };
}

/** The live database's name, or for a long one its beginning with a digest: two that begin alike must not share scratches. */
function stem(database: string): string {
  const characters = Array.from(database);
  if (characters.length <= STEM_LENGTH_MAX) return database;
  const digest = createHash('sha256').update(database).digest('hex').slice(0, 8);
  return `${characters.slice(0, STEM_LENGTH_MAX - 9).join('')}_${digest}`;
}
