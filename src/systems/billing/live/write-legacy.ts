import { randomUUID } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { ColumnInfo } from '../../../sql/contract/introspection.ts';
import {
  decimal,
  describe,
  fileText,
  stored,
  type BillingWrite,
  type Described,
  type LegacyCell,
  type ToldTable,
} from './told-tables.ts';

/** A row by the system's names of its columns. Those that an installation lacks are left out. */
export type LegacyRow = Readonly<Record<string, LegacyCell>>;

/** Inserts a row of a user as the application would have written it, and answers its id as text: the database's own number, else one that nobody has. */
export async function insertLegacy(
  write: BillingWrite,
  { table: name, userId }: { readonly table: ToldTable; readonly userId: string },
  row: LegacyRow,
): Promise<string> {
  const table = await describe(write, name);
  const cells = new Map<string, RawBuilder<unknown>>();
  for (const [column, cell] of Object.entries({ user_id: { text: userId }, ...row })) {
    const info = table.mapped.get(column);
    if (info !== undefined) cells.set(info.name, stored(write, info, cell));
  }
  const id = table.mapped.get('id');
  const given = id === undefined ? undefined : await givenId(write, table, id);
  if (id !== undefined && given !== undefined) cells.set(id.name, stored(write, id, { text: given }));
  for (const info of table.all) {
    const filler = cells.has(info.name) || info.nullable || info.hasDefault ? undefined : empty(write, table, info);
    if (filler !== undefined) cells.set(info.name, filler);
  }
  const names = sql.join([...cells.keys()].map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(table.physical)} (${names}) values (${sql.join([...cells.values()])})`.execute(
    write.trx,
  );
  if (id === undefined || given !== undefined) return given ?? '';
  return newestId(write, { table, id, userId });
}

/** Sets columns of the row with an id, and answers whether there is one. */
export async function updateLegacy(
  write: BillingWrite,
  at: { readonly table: ToldTable; readonly key: string; readonly value: string },
  row: Readonly<Record<string, LegacyCell | { readonly plus: bigint; readonly atLeastZero: boolean }>>,
): Promise<boolean> {
  const table = await describe(write, at.table);
  const key = table.mapped.get(at.key);
  if (key === undefined) throw new Error(`The legacy table ${at.table} has no ${at.key}.`);
  const sets = Object.entries(row).flatMap(([column, cell]) => {
    const info = table.mapped.get(column);
    if (info === undefined) return [];
    const value = 'plus' in cell ? added(info, cell) : stored(write, info, cell);
    return [sql`${sql.ref(info.name)} = ${value}`];
  });
  const { numAffectedRows } = await sql`update ${sql.table(table.physical)} set ${sql.join(sets)}
    where ${sql.ref(key.name)} = ${stored(write, key, { text: at.value })}`.execute(write.trx);
  return (numAffectedRows ?? 0n) > 0n;
}

function added(info: ColumnInfo, { plus, atLeastZero }: { plus: bigint; atLeastZero: boolean }): RawBuilder<unknown> {
  const sum = sql`coalesce(${sql.ref(info.name)}, 0) + ${decimal(plus)}`;
  return atLeastZero ? sql`case when ${sum} < 0 then 0 else ${sum} end` : sum;
}

/** An id to give; undefined where the database numbers rows by itself, as it does for the application. */
async function givenId(
  { trx }: BillingWrite,
  { physical }: Described,
  { family, hasDefault, name }: ColumnInfo,
): Promise<string | undefined> {
  if (family !== 'integer') return randomUUID();
  if (hasDefault) return undefined;
  const { rows } = await sql<{
    n: bigint | null;
  }>`select max(${sql.ref(name)}) as n from ${sql.table(physical)}`.execute(trx);
  return (BigInt(rows[0]?.n ?? 0n) + 1n).toString();
}

/** The number that the database gave: the user's highest, since nobody else writes rows of a user whom the ledger decides about. */
async function newestId(
  write: BillingWrite,
  given: { readonly table: Described; readonly id: ColumnInfo; readonly userId: string },
): Promise<string> {
  const user = given.table.mapped.get('user_id');
  if (user === undefined) throw new Error('A legacy table of credits has no user.');
  const { rows } = await sql<{
    n: bigint | null;
  }>`select max(${sql.ref(given.id.name)}) as n from ${sql.table(given.table.physical)}
    where ${sql.ref(user.name)} = ${stored(write, user, { text: given.userId })}`.execute(write.trx);
  return (rows[0]?.n ?? '').toString();
}

/** What stands for nothing in a column that must hold something and that this system does not know; undefined where only the application could say. */
function empty(
  { database, source }: BillingWrite,
  { primaryKey }: Described,
  { family, name }: ColumnInfo,
): RawBuilder<unknown> | undefined {
  if (primaryKey.includes(name) && (family === 'text' || family === 'uuid')) return sql.lit(randomUUID());
  switch (family) {
    case 'text':
      return sql.raw("''");
    case 'integer':
    case 'decimal':
    case 'float':
      return sql.raw('0');
    case 'boolean':
      return sql`(1 = 0)`;
    case 'instant':
      return database.dialect.traits.embedded ? sql`${fileText(source.asOf)}` : sql`${source.asOf}`;
    case 'json':
      return database.dialect.expressions.json(sql`'{}'`);
    default:
      return undefined;
  }
}
