import { sql } from 'kysely';
import type { Handle } from '../sql/engine.ts';
import type { LegacySource, Walk, WalkRange } from './descriptor.ts';
import { keyInRange, legacySource, WHOLE, type SourceParts } from './legacy-source.ts';

/** The next range of a walk, and how many keys of the walk's table are in it. */
export interface WalkStep {
  readonly range: WalkRange;
  readonly keys: number;
}

/** The highest key of the walk's table, or null when it has none. */
export async function highestKey(handle: Handle, parts: SourceParts<unknown>): Promise<string | null> {
  const { key, table } = walkPieces(parts, legacySource(parts, WHOLE));
  const { rows } = await sql<{ k: bigint | string | null }>`
    select max(${key}) as k from ${table} as w`.execute(handle);
  return rows[0]?.k?.toString() ?? null;
}

/**
 * The range behind `after` that holds the next `keys` keys up to `upper`; behind the last of them the range without an upper bound,
 * which also takes facts whose keys the walk's table does not have. Undefined bounds are null.
 */
export async function nextRange(
  handle: Handle,
  parts: SourceParts<unknown>,
  step: { readonly after: string | null; readonly upper: string | null; readonly keys: number },
): Promise<WalkStep> {
  const after = readKey(parts.walk, step.after);
  const upper = readKey(parts.walk, step.upper);
  if (upper === null || after === upper) return { range: { after, upTo: null }, keys: 0 };
  const { key, column, table } = walkPieces(parts, legacySource(parts, WHOLE));
  const within = keyInRange({
    expressions: parts.expressions,
    walk: parts.walk,
    range: { after, upTo: upper },
    key: column,
  });
  const { rows } = await sql<{ k: bigint | string | null; n: bigint }>`
    select max(p.k) as k, count(*) as n from (
      select ${key} as k from ${table} as w where ${within} group by ${key} order by ${key} limit ${sql.lit(step.keys)}
    ) as p`.execute(handle);
  const [row] = rows;
  // Keys were deleted since the pass began: what is left of the walk is the range to its fixed end.
  return { range: { after, upTo: row?.k ?? upper }, keys: Number(row?.n ?? 0n) };
}

/** A stored key as its walk compares it. */
export function readKey(walk: Walk, stored: string | null): bigint | string | null {
  return stored === null || walk.type === 'text' ? stored : BigInt(stored);
}

/** How messages and the journal name a range. */
export function describeRange({ after, upTo }: WalkRange): string {
  if (upTo === null) return after === null ? 'all keys' : `keys after ${after}`;
  return after === null ? `keys up to ${upTo}` : `keys after ${after} up to ${upTo}`;
}

function walkPieces(
  parts: SourceParts<unknown>,
  source: LegacySource<unknown>,
): Record<'key' | 'column' | 'table', ReturnType<LegacySource<unknown>['table']>> {
  const column = source.column('w', parts.walk.table, parts.walk.column);
  const key = parts.walk.type === 'text' ? parts.expressions.text(column) : column;
  return { key, column, table: source.table(parts.walk.table) };
}
