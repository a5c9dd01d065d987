import { sql, type RawBuilder } from 'kysely';

/** Writes a name as an identifier, whatever it holds. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table's name as `Introspection` gives it: with its schema unless that is the connection's own. */
export function shownName(schema: string, name: string): RawBuilder<string> {
  return sql<string>`case when ${sql.ref(schema)} = current_schema() then ${sql.ref(name)}::text else ${sql.ref(schema)} || '.' || ${sql.ref(name)} end`;
}

/** The relation of that name, null where there is none. The opposite of `shownName`. */
export function relationOf(name: string): RawBuilder<bigint | null> {
  const dot = name.indexOf('.');
  // A dot may also stand in the name of a table; the table of the own schema comes first.
  const own = sql`to_regclass(quote_ident(current_schema()) || '.' || quote_ident(${name}))`;
  if (dot === -1) return sql<bigint | null>`(${own})::oid`;
  const other = sql`to_regclass(quote_ident(${name.slice(0, dot)}) || '.' || quote_ident(${name.slice(dot + 1)}))`;
  return sql<bigint | null>`coalesce(${own}, ${other})::oid`;
}

/** A condition: the namespace is not the server's own, nor a session's temporary one. */
export function isUserSchema(schema: string): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(schema)} !~ '^pg_' and ${sql.ref(schema)} <> 'information_schema')`;
}

/** A condition: the object was not made by an extension, which brings its own again. */
export function isNotOfExtension(catalog: string, oid: string): RawBuilder<boolean> {
  return sql<boolean>`not exists (select 1 from pg_depend x where x.classid = ${sql.lit(catalog)}::regclass and x.objid = ${sql.ref(oid)} and x.deptype = 'e')`;
}
