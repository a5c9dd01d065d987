import { sql, type RawBuilder } from 'kysely';
import { formatAmount } from '../../../base/amounts.ts';
import type { Instant } from '../../../base/instant.ts';
import type { CarryBackWrite } from '../../../cutover/live-descriptor.ts';
import type { ColumnInfo } from '../../../sql/contract/introspection.ts';
import { usd } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';

/** What the application's tables are told back through. */
export type BillingWrite = CarryBackWrite<BillingPolicy>;

/** A value by what it is to the application: an id or other text, micro-dollars, a point in time. */
export type LegacyCell =
  { readonly text: string | null } | { readonly micros: bigint } | { readonly at: Instant | null };

/** The tables that are told, by the system's names. */
export type ToldTable = 'credit_purchases' | 'credit_usage' | 'credit_balance' | 'usage_messages';

/** Decimals of amounts where a column's type does not say them. */
const DECIMALS_MAX = 6;

/** A table to be told, as the database has it. */
export interface Described {
  readonly physical: string;
  /** The columns that the system reads, by its names. */
  readonly mapped: ReadonlyMap<string, ColumnInfo>;
  readonly all: readonly ColumnInfo[];
  readonly primaryKey: readonly string[];
}

/** By the look at the schema, which a run takes once: describing a table takes longer than writing to it. */
const described = new WeakMap<BillingWrite['legacy'], Map<string, Described>>();

/** Describes a table once per look at the schema. */
export async function describe(write: BillingWrite, name: ToldTable): Promise<Described> {
  const { database, legacy, trx } = write;
  const known = described.get(legacy) ?? new Map<string, Described>();
  described.set(legacy, known);
  const found = known.get(name);
  if (found !== undefined) return found;
  const table = legacy.tables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`There is no legacy table ${name} to be told.`);
  const info = await database.dialect.introspection.table(trx, table.physical);
  const mapped = new Map(table.columns.map((column) => [column.name, column.info]));
  const made = { physical: table.physical, mapped, all: info?.columns ?? [], primaryKey: info?.primaryKey ?? [] };
  known.set(name, made);
  return made;
}

/** The smallest part of an amount that a column keeps, in micro-dollars: 10,000 for a cent. */
export async function smallestPart(write: BillingWrite, table: ToldTable, column: string): Promise<bigint> {
  const { mapped } = await describe(write, table);
  const scale = /\(\s*\d+\s*,\s*(\d+)\s*\)/.exec(mapped.get(column)?.type ?? '')?.[1];
  return 10n ** BigInt(DECIMALS_MAX - Math.min(DECIMALS_MAX, Number(scale ?? DECIMALS_MAX)));
}

/** Amounts as exact literals: a parameter might be taken for a float on its way. */
export function decimal(micros: bigint): RawBuilder<unknown> {
  return sql.raw(micros < 0n ? `(${formatAmount(micros, usd)})` : formatAmount(micros, usd));
}

/** A value as the column holds it. */
export function stored({ database }: BillingWrite, info: ColumnInfo, cell: LegacyCell): RawBuilder<unknown> {
  if ('micros' in cell) return decimal(cell.micros);
  if ('at' in cell) {
    if (cell.at === null) return sql.raw('null');
    return database.dialect.traits.embedded ? sql`${fileText(cell.at)}` : sql`${cell.at}`;
  }
  if (cell.text === null) return sql.raw('null');
  if (info.family === 'integer') return sql`${BigInt(cell.text)}`;
  // A literal takes the type of its column, such as an enumeration or a uuid; a parameter would be a text.
  return sql.lit(cell.text);
}

/** A file keeps points in time as what frameworks write there, in UTC without saying so: `2026-01-05 16:00:00.250000`. */
export function fileText(at: Instant): string {
  return at.toString().replace('T', ' ').replace('Z', '').replace('.000000', '');
}
