import { sql, type RawBuilder } from 'kysely';
import type { Handle } from '../../engine.ts';
import { quoteName } from './quote-name.ts';

interface Line {
  /** The object the line belongs to, which `include` is asked about; for a trigger its own name too, behind a line feed. */
  readonly owner: string;
  readonly line: string;
}

/**
 * See `Introspection.schemaText`. Who defined a view, trigger or routine is left out, because a restored copy may belong to
 * another user, and so is the name of the database, which the server writes into views.
 */
export async function schemaText(handle: Handle, include: (objectName: string) => boolean): Promise<string> {
  const { rows: servers } = await sql<{
    db: string;
    version: string;
  }>`select database() as db, version() as version`.execute(handle);
  const [server] = servers;
  if (server === undefined) throw new Error('the server did not tell its version');
  const checks = /mariadb/i.test(server.version) ? mariadbChecks : mysqlChecks;
  const parts = [tables, columns, indexes, foreignKeys, checks, triggers, views, routines, parameters, events];
  const lines: Line[] = [];
  for (const part of parts) lines.push(...(await part.execute(handle)).rows);
  const qualifier = `${quoteName(server.db)}.`;
  return lines
    .filter(({ owner }) => owner.split('\n').every(include))
    .map(({ line }) =>
      line.replaceAll(qualifier, '').replaceAll('\\', '\\\\').replaceAll('\r', '\\r').replaceAll('\n', '\\n'),
    )
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join('\n');
}

type Part = RawBuilder<Line>;

const tables: Part = sql`
  select table_name as owner, concat_ws(' ', 'table', table_name, engine, table_collation, nullif(create_options, '')) as line
  from information_schema.tables
  where table_schema = database() and table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')`;

/** Defaults are written with NULL apart from an absent one, as the server tells it. */
const columns: Part = sql`
  select c.table_name as owner, concat_ws(' ', 'column', concat(c.table_name, '.', c.column_name), c.column_type, c.collation_name,
    if(c.is_nullable = 'NO', 'not null', null), concat('default ', c.column_default), nullif(c.extra, ''),
    concat('as ', nullif(c.generation_expression, ''))) as line
  from information_schema.columns c
  join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
  where c.table_schema = database() and t.table_type <> 'VIEW'`;

const indexes: Part = sql`
  select table_name as owner, concat_ws(' ', if(min(non_unique) = 0, 'unique index', 'index'), concat(table_name, '.', index_name), min(index_type),
    concat('(', group_concat(concat(coalesce(column_name, 'expression'), coalesce(concat('(', sub_part, ')'), ''), if(collation = 'D', ' desc', '')) order by seq_in_index separator ', '), ')')) as line
  from information_schema.statistics
  where table_schema = database()
  group by table_name, index_name`;

const foreignKeys: Part = sql`
  select k.table_name as owner, concat('foreign key ', k.table_name, '.', k.constraint_name, ' (', group_concat(k.column_name order by k.ordinal_position separator ', '),
    ') references ', if(min(k.referenced_table_schema) = database(), '', concat(min(k.referenced_table_schema), '.')), min(k.referenced_table_name),
    ' (', group_concat(k.referenced_column_name order by k.ordinal_position separator ', '), ') on delete ', min(r.delete_rule), ' on update ', min(r.update_rule)) as line
  from information_schema.key_column_usage k
  join information_schema.referential_constraints r
    on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name
  where k.table_schema = database() and k.referenced_table_name is not null
  group by k.table_name, k.constraint_name`;

/** MariaDB numbers the checks of each table, so their names are not unique; it tells the table instead. */
const mariadbChecks: Part = sql`
  select table_name as owner, concat('check ', table_name, '.', constraint_name, ' ', check_clause) as line
  from information_schema.check_constraints
  where constraint_schema = database()`;

const mysqlChecks: Part = sql`
  select t.table_name as owner, concat('check ', t.table_name, '.', c.constraint_name, ' ', c.check_clause, ' enforced ', t.enforced) as line
  from information_schema.check_constraints c
  join information_schema.table_constraints t
    on t.constraint_schema = c.constraint_schema and t.constraint_name = c.constraint_name and t.constraint_type = 'CHECK'
  where c.constraint_schema = database()`;

const triggers: Part = sql`
  select concat(event_object_table, '\n', trigger_name) as owner, concat_ws(' ', 'trigger', trigger_name, action_timing, event_manipulation, 'on', event_object_table, action_order, action_statement) as line
  from information_schema.triggers
  where trigger_schema = database()`;

const views: Part = sql`
  select table_name as owner, concat_ws(' ', 'view', table_name, security_type, check_option, view_definition) as line
  from information_schema.views
  where table_schema = database()`;

const routines: Part = sql`
  select routine_name as owner, concat_ws(' ', lower(routine_type), routine_name, security_type, sql_data_access, 'deterministic', is_deterministic, routine_definition) as line
  from information_schema.routines
  where routine_schema = database()`;

/** What a function returns stands at position 0. */
const parameters: Part = sql`
  select specific_name as owner, concat_ws(' ', 'parameter', specific_name, ordinal_position, parameter_mode, parameter_name, dtd_identifier) as line
  from information_schema.parameters
  where specific_schema = database()`;

const events: Part = sql`
  select event_name as owner, concat_ws(' ', 'event', event_name, status, execute_at, interval_value, interval_field, starts, ends, event_definition) as line
  from information_schema.events
  where event_schema = database()`;
