import { sql, type RawBuilder } from 'kysely';
import type { Handle } from '../../sql/engine.ts';
import type { KeyScope } from '../descriptor.ts';
import { legacySource, type SourceParts } from '../legacy-source.ts';

/**
 * The keys of which nothing can be said on one look: written a moment ago and not followed yet, or decided by the ledger already. Read by
 * the same statement or snapshot as what is compared, it leaves exactly those accounts whose two sides must be equal: a write and its
 * mark become visible together.
 */
export function unsettledKeys(system: string): RawBuilder<unknown> {
  return sql`select m.walk_key as walk_key from ${sql.table('carryover_marks')} as m where m.system_name = ${system}
    union select a.walk_key from ${sql.table('carryover_switched')} as w join ${sql.table('carryover_accounts')} as a on a.id = w.account_id
    where w.system_name = ${system} and a.walk_key is not null`;
}

/** The same parts, whose sources leave out the keys that are unsettled when they are read. */
export function onlySettled<Policy>(parts: SourceParts<Policy>, system: string): SourceParts<Policy> {
  return { ...parts, leftOut: unsettledKeys(system) };
}

/**
 * The same parts, whose sources leave out the keys that were written and not followed yet. For looks at one range after the other, each of
 * which would else read again who is decided by the ledger, all of them, as often as legacy has tables: the caller passes over those.
 */
export function onlyFollowed<Policy>(parts: SourceParts<Policy>, system: string): SourceParts<Policy> {
  const marked = sql`select m.walk_key as walk_key from ${sql.table('carryover_marks')} as m where m.system_name = ${system}`;
  return { ...parts, leftOut: marked };
}

/** Keys of a scope that were written and not followed yet. */
export async function markedKeys(
  handle: Handle,
  query: { readonly parts: SourceParts<unknown>; readonly system: string; readonly scope: KeyScope },
): Promise<readonly string[]> {
  const { ofAccounts } = legacySource(query.parts, query.scope);
  const { rows } = await sql<{
    walk_key: string;
  }>`select m.walk_key as walk_key from ${sql.table('carryover_marks')} as m
    where m.system_name = ${query.system} and ${ofAccounts(sql`m.walk_key`)} group by m.walk_key`.execute(handle);
  return rows.map((row) => row.walk_key);
}
