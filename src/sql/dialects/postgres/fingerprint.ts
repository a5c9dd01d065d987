import { sql } from 'kysely';
import type { TableFingerprint } from '../../contract/introspection.ts';
import type { Handle } from '../../engine.ts';
import { quoteIdentifier, relationOf } from './relation-names.ts';

interface Target {
  readonly relation: string;
  readonly known: bigint;
  readonly seed: bigint;
}

/**
 * See `Introspection.fingerprint`. A row is hashed in its composite form, which quotes values and writes null as nothing,
 * so that no two rows look alike. The types are the hash's seed: text `1` and integer 1 differ. Two sums, because one of
 * 64 bits says little about a billion rows. Throws an Error for a table or column that does not exist.
 */
export async function fingerprint(
  handle: Handle,
  table: string,
  columns: readonly string[],
): Promise<TableFingerprint> {
  const { relation, seed } = await findTarget(handle, table, columns);
  const row = sql`row(${sql.join(columns.map((name) => sql`content.${sql.raw(quoteIdentifier(name))}`))})::text`;
  const { rows } = await sql<{ rows: bigint; first: string; second: string }>`
    select count(*) as rows,
      coalesce(sum(hashtextextended(hashed.content, ${seed}))::text, '0') as first,
      coalesce(sum(hashtextextended(hashed.content, ${~seed}))::text, '0') as second
    from (select ${row} collate "C" as content from ${sql.raw(relation)} as content) as hashed`.execute(handle);
  const sums = rows[0] as { rows: bigint; first: string; second: string };
  return { rows: sums.rows, digest: `${sums.first}:${sums.second}` };
}

async function findTarget(handle: Handle, table: string, columns: readonly string[]): Promise<Target> {
  const { rows } = await sql<Target>`
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as relation,
      count(a.attname) as known,
      hashtextextended(coalesce(string_agg(format_type(a.atttypid, null), ',' order by w.position), ''), 0) as seed
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join unnest(${namesArray(columns)}::text[]) with ordinality as w(name, position)
    left join pg_attribute a on a.attrelid = c.oid and a.attname = w.name and a.attnum > 0 and not a.attisdropped
    where c.oid = ${relationOf(table)}
    group by n.nspname, c.relname`.execute(handle);
  const target = rows[0];
  if (target === undefined || target.known !== BigInt(columns.length)) {
    throw new Error(
      `The table "${table}" to take a fingerprint of lacks one of the columns ${columns.join(', ')}, or does not exist.`,
    );
  }
  return target;
}

function namesArray(names: readonly string[]): string {
  return `{${names.map((name) => `"${name.replace(/["\\]/g, '\\$&')}"`).join()}}`;
}
