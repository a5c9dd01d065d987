import { sql, type RawBuilder } from 'kysely';
import type { InsertIfAbsent } from '../../contract/statements.ts';
import type { Handle } from '../../engine.ts';
import { AdoptedAdapter } from './adopted-driver.ts';

const ER_SUBQUERY_NO_1_ROW = 1242;
const ER_DUP_ENTRY = 1062;

/**
 * ON DUPLICATE KEY UPDATE that changes nothing, because INSERT IGNORE would swallow every other failure as well. It fires
 * for any unique key, so where the stored row differs in `conflict` a subquery of two rows makes the statement fail. The
 * subquery looks at the row, or the server would evaluate it ahead of time.
 */
export async function insertIfAbsent(
  handle: Handle,
  { table, columns, source, conflict }: InsertIfAbsent,
): Promise<bigint> {
  const [first] = conflict;
  if (first === undefined) throw new TypeError('an insert-if-absent needs the columns of its unique key');
  const counting = countsKeptRows(handle);
  if (counting) await sql`set @carryover_kept = 0`.execute(handle);
  const stored = (column: string): RawBuilder<unknown> => sql.ref(`${table}.${column}`);
  const isSameKey = sql.join(
    conflict.map((column) => sql`${stored(column)} <=> values(${sql.ref(column)})`),
    sql` and `,
  );
  const count = counting ? sql` and (@carryover_kept := @carryover_kept + 1) > 0` : sql``;
  const fail = sql`(select two.n from (select 1 as n union all select 2) as two where ${stored(first)} is not null or two.n > 0)`;
  const keep = sql`${sql.ref(first)} = if(${isSameKey}${count}, ${stored(first)}, ${fail})`;
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const { numAffectedRows = 0n } =
    await sql`insert into ${sql.table(table)} (${names}) ${source} on duplicate key update ${keep}`
      .execute(handle)
      .catch((error: unknown) => {
        throw asDuplicate(error);
      });
  return counting ? numAffectedRows - (await keptRows(handle)) : numAffectedRows;
}

function countsKeptRows(handle: Handle): boolean {
  const { adapter } = handle.getExecutor();
  return adapter instanceof AdoptedAdapter && adapter.countsKeptRows;
}

async function keptRows(handle: Handle): Promise<bigint> {
  const { rows } = await sql<{ kept: bigint }>`select cast(@carryover_kept as signed) as kept`.execute(handle);
  return rows[0]?.kept ?? 0n;
}

/** The failure made above, under the name of what it means. */
function asDuplicate(error: unknown): unknown {
  if (!(error instanceof Error) || !('errno' in error) || error.errno !== ER_SUBQUERY_NO_1_ROW) return error;
  return Object.assign(new Error('A unique key other than the one asked for holds a row already.', { cause: error }), {
    errno: ER_DUP_ENTRY,
    code: 'ER_DUP_ENTRY',
    sqlState: '23000',
  });
}
