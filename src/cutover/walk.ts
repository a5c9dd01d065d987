import { sql, type RawBuilder } from 'kysely';
import type { Fragment } from '../sql/contract/expressions.ts';
import type { Handle } from '../sql/engine.ts';
import type { Walk, WalkRange } from './descriptor.ts';
import { comparedKey, keyInRange, legacySource, WHOLE, type ComparedKey, type SourceParts } from './legacy-source.ts';

/** The next range of a walk, and how many keys of the walk's table are in it. */
export interface WalkStep {
  readonly range: WalkRange;
  readonly keys: number;
}

/** The highest key of the walk's table, or null when it has none. */
export async function highestKey(handle: Handle, parts: SourceParts<unknown>): Promise<string | null> {
  const { key, shown, table } = walkPieces(parts);
  const { rows } = await sql<{ k: bigint | string }>`
    select ${shown(key.key)} as k from ${table} as w where ${key.key} is not null order by ${key.compared} desc limit 1`.execute(
    handle,
  );
  return rows[0]?.k.toString() ?? null;
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
  const { key, shown, table } = walkPieces(parts);
  const within = keyInRange(parts.dialect.expressions, { after, upTo: upper }, key);
  const { rows } = await sql<{ k: bigint | string; n: bigint }>`
    select ${shown(sql`p.k`)} as k, count(*) over () as n from (
      select ${key.compared} as k from ${table} as w where ${within}
      group by ${key.compared} order by ${key.compared} limit ${sql.lit(step.keys)}
    ) as p order by ${comparedKey(parts, sql`p.k`)} desc limit 1`.execute(handle);
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

function walkPieces(parts: SourceParts<unknown>): {
  readonly key: ComparedKey;
  /** A key as it is stored with the cutover. */
  readonly shown: (key: Fragment) => Fragment;
  readonly table: RawBuilder<unknown>;
} {
  const { walk, present, dialect } = parts;
  const source = legacySource(parts, WHOLE);
  const key = source.column('w', walk.table, walk.column);
  return {
    key: { key, compared: comparedKey(parts, key, present.get(walk.table)?.get(walk.column)) },
    shown: (value) => (walk.type === 'text' ? dialect.expressions.text(value) : value),
    table: source.table(walk.table),
  };
}
