import { sql } from 'kysely';
import { Instant } from '../../src/base/instant.ts';
import type { BulkRows, BulkValue } from '../../src/sql/contract/statements.ts';
import type { Database } from '../../src/sql/database.ts';

/** Texts that a careless engine or driver would change. */
export const TEXTS: readonly string[] = [
  '',
  'plain',
  "it's",
  '"quoted"',
  'back\\slash \\n \\u0041 \\',
  'tab\tnewline\nreturn\r',
  'سلام 😀 é e\u0301',
  '%_?:$1 -- /* */ ;',
  '[{"a":null}]',
  'null',
];

/** The ends of time, and instants that zones would move. */
export const INSTANTS: readonly Instant[] = [
  Instant.parse('0001-01-01T00:00:00Z'),
  Instant.parse('1969-12-31T23:59:59.999999Z'),
  Instant.parse('2026-03-29T01:30:00.000001Z'),
  Instant.parse('9999-12-31T23:59:59.999999Z'),
];

/** Runs statements one after the other. */
export async function execute(database: Database, ...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database.handle);
}

/** A table with an identity, a unique text, an integer, an instant and a JSON column. */
export async function createThings(database: Database, name = 'things'): Promise<void> {
  const { columnTypes: type } = database.dialect;
  await execute(
    database,
    `create table ${name} (
      id ${type.identity},
      label ${type.text(60)} unique,
      amount ${type.int64} check (amount <> 13),
      happened_at ${type.instant},
      details ${type.json}
    )${type.tableSuffix}`,
  );
}

/** A row of `things`. */
export interface Thing {
  readonly id: bigint;
  readonly label: string | null;
  readonly amount: bigint | null;
}

/** The rows of `things` by id. */
export async function things(database: Database): Promise<readonly Thing[]> {
  const { rows } = await sql<Thing>`select id, label, amount from things order by id`.execute(database.handle);
  return rows;
}

/** Amounts by label. */
export async function labelled(database: Database): Promise<Record<string, bigint | null>> {
  const rows = await things(database);
  return Object.fromEntries(rows.map(({ label, amount }) => [label ?? 'null', amount]));
}

/** Bulk rows of labels and amounts. */
export function labels(rows: readonly (readonly BulkValue[])[]): BulkRows {
  return { columns: { label: 'text', amount: 'int64' }, rows };
}

/** How the dialect classifies what the work fails with. */
export async function kindOf(database: Database, work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => 'no failure',
    (error: unknown) => database.dialect.classify(error)?.kind ?? String(error),
  );
}
