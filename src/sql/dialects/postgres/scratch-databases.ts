import { createHash, randomBytes } from 'node:crypto';
import { Kysely, sql } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import { openDefaults, type ConnectionTarget } from '../../dialect.ts';
import type { Handle, NoTables } from '../../engine.ts';
import { scratchRefused } from '../../sql-errors.ts';
import { classify } from './classify.ts';
import { connect } from './kysely-dialects.ts';
import { withDatabase } from './parse-url.ts';
import { quoteIdentifier } from './relation-names.ts';

const SCRATCH_NAME = /_carryover_(proof|rehearsal|restored)_[0-9a-f]{8}$/;

/** Longest name of a database, in bytes; the server cuts off what is longer without an error. */
const NAME_BYTES_MAX = 63;
const SUFFIX_BYTES_MAX = '_carryover_rehearsal_01234567'.length;

/** Databases that are there on every server unless somebody removed them. */
const ALWAYS_THERE = ['postgres', 'template1'];

/**
 * See `BackupTools.createScratch`. The database gets the live one's encoding and locale, and its search path: with another
 * order of text or another schema in front, a restored copy could not be compared.
 */
export async function createScratch(beside: ConnectionTarget, purpose: string): Promise<ConnectionTarget> {
  const name = `${stem(beside.database)}_carryover_${purpose}_${randomBytes(4).toString('hex')}`;
  try {
    await onDatabase(beside, async (handle) => {
      const { rows } = await sql<LiveDatabase>`
        select to_jsonb(d) as properties, pg_encoding_to_char(d.encoding) as encoding,
          exists (select 1 from pg_db_role_setting s, unnest(s.setconfig) as c(setting)
            where s.setdatabase = d.oid and s.setrole = 0 and c.setting like 'search_path=%') as own_path
        from pg_database d where d.datname = current_database()`.execute(handle);
      const live = rows[0] as LiveDatabase;
      await sql.raw(`create database ${quoteIdentifier(name)} template template0 ${localeOf(live)}`).execute(handle);
      if (live.own_path)
        await sql.raw(`alter database ${quoteIdentifier(name)} set search_path from current`).execute(handle);
    });
  } catch (error) {
    if (classify(error)?.kind !== 'privilege') throw error;
    const user = quoteIdentifier(beside.user ?? 'the user of the connection');
    const remedy = `Run "alter role ${user} createdb" as a superuser, then run the same command again.`;
    throw new CarryoverError(
      scratchRefused,
      { shown: beside.shown, reason: 'its user lacks the privilege CREATEDB', remedy },
      error,
    );
  }
  return withDatabase(beside, name);
}

interface LiveDatabase {
  /** The columns of `pg_database`, which differ between releases. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly encoding: string;
  readonly own_path: boolean;
}

function localeOf({ properties, encoding }: LiveDatabase): string {
  const clauses = [
    `encoding ${literal(encoding)}`,
    `lc_collate ${literal(properties['datcollate'])}`,
    `lc_ctype ${literal(properties['datctype'])}`,
  ];
  // Since 15: the provider; its locale was called daticulocale until 16. Before 15 every database used libc.
  const locale = properties['datlocale'] ?? properties['daticulocale'];
  if (properties['datlocprovider'] === 'i') clauses.push(`locale_provider icu icu_locale ${literal(locale)}`);
  if (properties['datlocprovider'] === 'b') clauses.push(`locale_provider builtin builtin_locale ${literal(locale)}`);
  return clauses.join(' ');
}

function literal(value: unknown): string {
  return `'${String(value).replaceAll("'", "''")}'`;
}

/** See `BackupTools.dropScratch`. Ends sessions that are still open on it: nobody's work is lost, it is a copy. */
export async function dropScratch(scratch: ConnectionTarget): Promise<void> {
  if (!SCRATCH_NAME.test(scratch.database)) throw new Error(`${scratch.shown} is no scratch database`);
  // A database cannot be dropped from inside. The live one is mostly known by the scratch's name, and surely reachable.
  const places = [scratch.database.replace(SCRATCH_NAME, ''), ...ALWAYS_THERE];
  for (const [index, place] of places.entries()) {
    try {
      await onDatabase(withDatabase(scratch, place), (handle) =>
        sql.raw(`drop database if exists ${quoteIdentifier(scratch.database)} with (force)`).execute(handle),
      );
      return;
    } catch (error) {
      const unreachable = ['database-missing', 'privilege', 'authentication'].includes(classify(error)?.kind ?? '');
      if (!unreachable || index === places.length - 1) throw error;
    }
  }
}

/** See `BackupTools.leftoverScratch`. Not those made to keep a restored copy: they are what the user asked for. */
export async function leftoverScratch(beside: ConnectionTarget): Promise<readonly ConnectionTarget[]> {
  const names = await onDatabase(beside, async (handle) => {
    const { rows } = await sql<{ name: string }>`select datname as name from pg_database order by datname`.execute(
      handle,
    );
    return rows.map(({ name }) => name);
  });
  const mine = `${stem(beside.database)}_carryover_`;
  return names
    .filter((name) => name.startsWith(mine) && name.replace(SCRATCH_NAME, '_carryover_') === mine)
    .filter((name) => SCRATCH_NAME.exec(name)?.[1] !== 'restored')
    .map((name) => withDatabase(beside, name));
}

/** The live database's name, or for a long one its beginning with a digest: two that begin alike must not share scratches. */
function stem(database: string): string {
  const bytesMax = NAME_BYTES_MAX - SUFFIX_BYTES_MAX;
  if (Buffer.byteLength(database) <= bytesMax) return database;
  const digest = createHash('sha256').update(database).digest('hex').slice(0, 8);
  // Cutting bytes may halve a character; what is left of it is dropped.
  const beginning = Buffer.from(database)
    .subarray(0, bytesMax - 9)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  return `${beginning}_${digest}`;
}

/** One connection for a short piece of work. */
async function onDatabase<T>(target: ConnectionTarget, work: (handle: Handle) => Promise<T>): Promise<T> {
  const handle = new Kysely<NoTables>({
    dialect: connect(target, { ...openDefaults, poolMax: 1, applicationName: 'carryover-backup' }),
  });
  try {
    return await work(handle);
  } finally {
    await handle.destroy();
  }
}
