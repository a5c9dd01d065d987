import { sql } from 'kysely';
import type { Handle } from '../../sql/engine.ts';

/** Marks that wait. */
export async function countMarks(handle: Handle, system: string): Promise<bigint> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_marks')}
    where system_name = ${system}`.execute(handle);
  return rows[0]?.n ?? 0n;
}
