import { Instant } from '../../../base/instant.ts';
import type { BulkKind, BulkRows, BulkValue } from '../../contract/statements.ts';

/** The array type a bulk column travels as. */
export const ARRAY_TYPE: Readonly<Record<BulkKind, string>> = {
  int64: 'bigint[]',
  text: 'text[]',
  instant: 'timestamptz[]',
  json: 'jsonb[]',
};

/** The type of one value of a bulk column. */
export const SCALAR_TYPE: Readonly<Record<BulkKind, string>> = {
  int64: 'bigint',
  text: 'text',
  instant: 'timestamptz',
  json: 'jsonb',
};

/**
 * One value as a text, which is how it travels; null stays null. Throws a TypeError for a value that is not of its column's
 * kind, undefined among them.
 */
export function scalarText(column: string, kind: BulkKind, value: BulkValue | undefined): string | null {
  return value === null ? null : SCALARS[kind](value, column);
}

/** A column as an array literal. Throws as `scalarText` does. */
export function arrayLiteral(
  column: string,
  kind: BulkKind,
  { rows, index }: { readonly rows: BulkRows['rows']; readonly index: number },
): string {
  const encode = ENCODERS[kind];
  let literal = '{';
  for (let row = 0; row < rows.length; row += 1) {
    const value = rows[row]?.[index];
    if (row > 0) literal += ',';
    literal += value === null ? 'NULL' : encode(value, column);
  }
  return `${literal}}`;
}

/** One array literal per column. Built by hand because the driver's own way quotes and escapes every element. */
export function arrayLiterals({ columns, rows }: BulkRows): string[] {
  return Object.entries(columns).map(([name, kind], index) => arrayLiteral(name, kind, { rows, index }));
}

type Encoder = (value: BulkValue | undefined, column: string) => string;

const ENCODERS: Readonly<Record<BulkKind, Encoder>> = {
  int64: (value, column) => (typeof value === 'bigint' ? value.toString() : refuse(value, column, 'a bigint')),
  text: (value, column) => (typeof value === 'string' ? quote(value) : refuse(value, column, 'a text')),
  json: (value, column) => (typeof value === 'string' ? quote(value) : refuse(value, column, 'a JSON text')),
  instant: (value, column) => (value instanceof Instant ? instantText(value) : refuse(value, column, 'an Instant')),
};

const SCALARS: Readonly<Record<BulkKind, Encoder>> = {
  ...ENCODERS,
  text: (value, column) => (typeof value === 'string' ? value : refuse(value, column, 'a text')),
  json: (value, column) => (typeof value === 'string' ? value : refuse(value, column, 'a JSON text')),
};

const SPECIAL = /["\\]/;
const EACH_SPECIAL = /["\\]/g;

function quote(text: string): string {
  return SPECIAL.test(text) ? `"${text.replace(EACH_SPECIAL, '\\$&')}"` : `"${text}"`;
}

let latest: { readonly instant: Instant; readonly text: string } | undefined;

/** Rows of one batch mostly share one Instant object, so the latest text is kept. */
function instantText(instant: Instant): string {
  if (latest?.instant !== instant) latest = { instant, text: instant.toString() };
  return latest.text;
}

function refuse(value: unknown, column: string, expected: string): never {
  throw new TypeError(
    `The bulk column "${column}" holds a ${value instanceof Instant ? 'Instant' : typeof value}, against ${expected}.`,
  );
}
