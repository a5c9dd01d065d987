import { Instant } from '../../../base/instant.ts';

const INSTANT_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const DECIMAL_TYPE = /^\s*(?:decimal|numeric|dec|money)\s*(?:\(\s*\d+\s*(?:,\s*(\d+)\s*)?\))?/i;

/** What the driver says of one column of a result. */
export interface ResultColumn {
  readonly name: string;
  /** The declared type of the table's column it comes from; null for an expression. */
  readonly type: string | null;
}

type Row = Record<string, unknown>;

/**
 * How the rows of one statement are read; made once per prepared statement.
 *
 * SQLite knows integers, floats, texts and blobs only, so two rules add what the other engines know by type:
 * - a column whose result name ends in `_at` and whose value has exactly the 27-character form of `Instant.toString()` is an
 *   instant (the naming rule of the tables: `_at` is an instant, and nothing else is);
 * - a column declared as a decimal is text with at least the declared decimals, because a JS number would invite sums in float.
 */
export class RowReader {
  readonly #columnCount: number;
  readonly #instants: readonly string[];
  readonly #decimals: readonly { readonly name: string; readonly scale: number }[];

  constructor(columns: readonly ResultColumn[]) {
    this.#columnCount = new Set(columns.map((column) => column.name)).size;
    this.#instants = columns.filter((column) => column.name.endsWith('_at')).map((column) => column.name);
    this.#decimals = columns.flatMap(({ name, type }) => {
      const match = DECIMAL_TYPE.exec(type ?? '');
      return match === null ? [] : [{ name, scale: Number(match[1] ?? 0) }];
    });
  }

  /** False when the table behind `select *` has other columns by now than when the statement was prepared. */
  fits(row: Row): boolean {
    return Object.keys(row).length === this.#columnCount;
  }

  /** Decodes the row in place and returns it. */
  read(row: Row): Row {
    for (const name of this.#instants) {
      const value = row[name];
      if (typeof value === 'string' && INSTANT_FORM.test(value)) row[name] = Instant.parse(value);
    }
    for (const { name, scale } of this.#decimals) {
      const value = row[name];
      if (typeof value === 'number' || typeof value === 'bigint') row[name] = decimalText(value, scale);
    }
    return row;
  }
}

/** A parameter as better-sqlite3 binds it. Whole JS numbers become bigint, which it would otherwise bind as floats. */
export function encodeParameter(value: unknown): unknown {
  if (value instanceof Instant) return value.toString();
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') {
    // SQLite would store NaN as null.
    if (!Number.isFinite(value)) throw new TypeError(`a parameter is ${value}, which no column holds`);
    return Number.isSafeInteger(value) ? BigInt(value) : value;
  }
  if (value === undefined || value instanceof Date)
    throw new TypeError(`a parameter is ${value === undefined ? 'undefined' : 'a Date'}; give null or an Instant`);
  return value;
}

/** A decimal as text with at least `scale` decimals and never an exponent; digits beyond the scale are kept. */
export function decimalText(value: number | bigint, scale: number): string {
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  const shift = Number(exponent);
  const digits = `${whole}${fraction}`;
  const point = whole.length + shift;
  const wholeDigits = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const fractionDigits = (point < 0 ? '0'.repeat(-point) : '') + digits.slice(Math.max(point, 0));
  const padded = fractionDigits.padEnd(scale, '0');
  return `${sign}${wholeDigits}${padded === '' ? '' : `.${padded}`}`;
}
