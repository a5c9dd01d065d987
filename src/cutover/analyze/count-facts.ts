import { sql } from 'kysely';
import type { Handle } from '../../sql/engine.ts';
import type { FactTable, LegacySource } from '../descriptor.ts';
import type { FactCount, FactOutcome } from './analysis.ts';

/** Counts a fact table by outcome and reason, over the range of the source. */
export async function countOutcomes(
  handle: Handle,
  fact: FactTable<unknown>,
  source: LegacySource<unknown>,
): Promise<readonly FactOutcome[]> {
  const { rows } = await sql<{
    outcome: FactOutcome['outcome'];
    reason: string | null;
    n: bigint;
  }>`select c.outcome as outcome, c.reason as reason, count(*) as n
     from (${fact.classify(source)}) as c group by c.outcome, c.reason order by c.outcome, c.reason`.execute(handle);
  return rows.map(({ outcome, reason, n }) => {
    const meaning = reason === null ? null : (fact.reasons[reason] ?? null);
    return { outcome, reason, meaning, rows: n };
  });
}

/** Counts every row of a fact table by itself, without the system's classification. */
export async function countTable(handle: Handle, table: string, source: LegacySource<unknown>): Promise<bigint> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${source.table(table)}`.execute(handle);
  return rows[0]?.n ?? 0n;
}

/** Both counts of every fact table that this installation has. */
export async function countFacts(
  handle: Handle,
  facts: readonly FactTable<unknown>[],
  source: LegacySource<unknown>,
): Promise<readonly FactCount[]> {
  const counts: FactCount[] = [];
  for (const fact of facts.filter(({ table }) => source.has(table))) {
    counts.push({
      table: fact.table,
      rows: await countTable(handle, fact.table, source),
      outcomes: await countOutcomes(handle, fact, source),
    });
  }
  return counts;
}
