import { sql, type RawBuilder } from 'kysely';
import type { ColumnInfo, ForeignKeyInfo, TableInfo, TypeFamily } from '../../contract/introspection.ts';
import type { Handle } from '../../engine.ts';
import { isNotOfExtension, isUserSchema, relationOf, shownName } from './relation-names.ts';

/** Base types by name; a domain counts as its base type, an enum as text. */
const FAMILY_BY_TYPE: Readonly<Record<string, TypeFamily>> = {
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  oid: 'integer',
  numeric: 'decimal',
  float4: 'float',
  float8: 'float',
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  name: 'text',
  citext: 'text',
  bool: 'boolean',
  timestamp: 'instant',
  timestamptz: 'instant',
  date: 'date',
  time: 'time',
  timetz: 'time',
  json: 'json',
  jsonb: 'json',
  uuid: 'uuid',
  bytea: 'binary',
};

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly base: string;
  readonly enumerated: boolean;
  readonly nullable: boolean;
  readonly collation: string | null;
  readonly defaulted: boolean;
}

interface TableRow {
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly rows_estimate: bigint | null;
  readonly columns: readonly ColumnRow[];
  readonly primary_key: readonly string[] | null;
  readonly unique_keys: readonly (readonly string[])[];
  readonly foreign_keys: readonly ForeignKeyInfo[];
  readonly triggers: readonly { readonly name: string; readonly enabled: boolean }[];
}

/** See `Introspection.tables`. */
export async function describeTables(handle: Handle, names?: readonly string[]): Promise<readonly TableInfo[]> {
  if (names?.length === 0) return [];
  const isNamed = names === undefined ? sql`true` : sql`${shownName('n.nspname', 'c.relname')} in (${sql.join(names)})`;
  // Partitions show in the table they are part of.
  return describeWhere(
    handle,
    sql<boolean>`not c.relispartition and ${isNotOfExtension('pg_class', 'c.oid')} and ${isNamed}`,
  );
}

/** See `Introspection.table`. */
export async function describeTable(handle: Handle, name: string): Promise<TableInfo | undefined> {
  const [found] = await describeWhere(handle, sql<boolean>`c.oid = ${relationOf(name)}`);
  return found;
}

async function describeWhere(handle: Handle, condition: RawBuilder<boolean>): Promise<readonly TableInfo[]> {
  // A foreign table holds nothing of its own, so it counts as a view. Estimates are -1 before the first ANALYZE.
  const { rows } = await sql<TableRow>`
    with recursive bases (oid, base) as (
      select oid, oid from pg_type where typtype <> 'd'
      union all
      select t.oid, b.base from pg_type t join bases b on b.oid = t.typbasetype where t.typtype = 'd'
    )
    select ${shownName('n.nspname', 'c.relname')} as name,
      case when c.relkind in ('r', 'p') then 'table' else 'view' end as kind,
      case when c.relkind in ('r', 'p') and c.reltuples >= 0 then c.reltuples::bigint end as rows_estimate,
      ${columns} as columns,
      ${primaryKey} as primary_key,
      ${uniqueKeys} as unique_keys,
      ${foreignKeys} as foreign_keys,
      ${triggers} as triggers
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${isUserSchema('n.nspname')} and ${condition}`.execute(handle);
  return rows.map(toTableInfo).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const columns = sql`(
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'base', base.typname,
    'enumerated', base.typtype = 'e', 'nullable', not a.attnotnull,
    'collation', quote_ident(collation_schema.nspname) || '.' || quote_ident(collations.collname),
    'defaulted', a.atthasdef or a.attidentity <> '') order by a.attnum), '[]')
  from pg_attribute a
  join bases b on b.oid = a.atttypid
  join pg_type base on base.oid = b.base
  left join pg_collation collations on collations.oid = a.attcollation
  left join pg_namespace collation_schema on collation_schema.oid = collations.collnamespace
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)`;

/** Names of the key columns of index `i`, in the index's order; columns that are only included are no part of the key. */
const indexColumns = sql`(
  select jsonb_agg(a.attname order by k.position)
  from unnest(i.indkey::int2[]) with ordinality as k(number, position)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
  where k.position <= i.indnkeyatts)`;

const primaryKey = sql`(select ${indexColumns} from pg_index i where i.indrelid = c.oid and i.indisprimary)`;

/** An index over an expression or over some rows only does not make its columns unique. */
const uniqueKeys = sql`(
  select coalesce(jsonb_agg(${indexColumns} order by ${indexColumns}::text), '[]')
  from pg_index i
  where i.indrelid = c.oid and i.indisunique and not i.indisprimary and i.indisvalid
    and i.indpred is null and i.indexprs is null)`;

const foreignKeys = sql`(
  select coalesce(jsonb_agg(jsonb_build_object(
    'columns', ${columnNames('f.conrelid', 'f.conkey')},
    'referencedTable', ${shownName('rn.nspname', 'r.relname')},
    'referencedColumns', ${columnNames('f.confrelid', 'f.confkey')},
    'onDelete', case f.confdeltype when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade'
      when 'n' then 'set null' else 'set default' end) order by f.conname), '[]')
  from pg_constraint f
  join pg_class r on r.oid = f.confrelid
  join pg_namespace rn on rn.oid = r.relnamespace
  where f.conrelid = c.oid and f.contype = 'f')`;

const triggers = sql`(
  select coalesce(jsonb_agg(jsonb_build_object('name', t.tgname, 'enabled', t.tgenabled in ('O', 'A')) order by t.tgname), '[]')
  from pg_trigger t
  where t.tgrelid = c.oid and not t.tgisinternal)`;

function columnNames(relation: string, numbers: string): RawBuilder<unknown> {
  return sql`(
    select jsonb_agg(a.attname order by k.position)
    from unnest(${sql.ref(numbers)}) with ordinality as k(number, position)
    join pg_attribute a on a.attrelid = ${sql.ref(relation)} and a.attnum = k.number)`;
}

function toTableInfo(row: TableRow): TableInfo {
  return {
    name: row.name,
    kind: row.kind,
    columns: row.columns.map(toColumnInfo),
    primaryKey: row.primary_key ?? [],
    uniqueKeys: row.unique_keys,
    foreignKeys: row.foreign_keys,
    triggers: row.triggers,
    rowsEstimate: row.rows_estimate ?? undefined,
  };
}

function toColumnInfo({ name, type, base, enumerated, nullable, collation, defaulted }: ColumnRow): ColumnInfo {
  const family = enumerated ? 'text' : (FAMILY_BY_TYPE[base] ?? 'other');
  return { name, type, family, nullable, ...(collation === null ? {} : { collation }), hasDefault: defaulted };
}
