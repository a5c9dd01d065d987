import { sql, type RawBuilder } from 'kysely';
import type { BulkBinding, BulkKind, BulkRows } from '../../contract/statements.ts';
import { ARRAY_TYPE, arrayLiteral, SCALAR_TYPE, scalarText } from './array-literal.ts';
import { quoteIdentifier } from './relation-names.ts';

/**
 * Rows to select from. Many rows travel as one array per column, so that the text does not depend on their number and is
 * prepared once. A column that has one value in all rows travels once: of an entry's 17 columns, 12 are like that in a
 * batch of plain posts, and taking their arrays apart was a third of the insert's time (PostgreSQL 15, 2026-11).
 *
 * A single row has a text of its own. The planner knows that VALUES gives one row, so it keeps the plan of the prepared
 * statement; of unnest it expects ten and plans anew each time, which takes a multiple of the execution (0.5 ms for the
 * lookup of one key in four tables).
 */
export function bulkSource(alias: string, rows: BulkRows): RawBuilder<unknown> {
  const same = sameColumns(rows);
  const text = same === undefined ? oneRowText(alias, rows) : manyRowsText(alias, rows, same);
  return sql(text as unknown as TemplateStringsArray, ...parametersOf(rows, same));
}

/** See `Statements.bindRows`. */
export function bindRows(rows: BulkRows): BulkBinding {
  const same = sameColumns(rows);
  const shape = same === undefined ? 'one' : `many:${same.map(Number).join('')}`;
  return { shape, parameters: parametersOf(rows, same) };
}

/** For each column, whether it has one value in all rows; undefined for a single row. */
function sameColumns({ columns, rows }: BulkRows): readonly boolean[] | undefined {
  if (rows.length === 1) return undefined;
  const same = Object.keys(columns).map((_, index) => isSame(rows, index));
  // Something must tell how many rows there are.
  if (!same.includes(false)) same[0] = false;
  return same;
}

function isSame(rows: BulkRows['rows'], index: number): boolean {
  const value = rows[0]?.[index];
  return rows.length > 0 && rows.every((row) => row[index] === value);
}

/** In the order of the texts: columns that travel once come first, arrays after them. */
function parametersOf({ columns, rows }: BulkRows, same: readonly boolean[] | undefined): (string | null)[] {
  if (same === undefined) {
    const [row] = rows;
    return Object.keys(columns).map((name, index) => scalarText(name, columns[name] as BulkKind, row?.[index]));
  }
  const all = Object.entries(columns).map(([name, kind], index) => ({ name, kind, index }));
  const once = all.filter(({ index }) => same[index] === true);
  const arrays = all.filter(({ index }) => same[index] === false);
  return [
    ...once.map(({ name, kind, index }) => scalarText(name, kind, rows[0]?.[index])),
    ...arrays.map(({ name, kind, index }) => arrayLiteral(name, kind, { rows, index })),
  ];
}

/** The pieces of text between the parameters. */
function oneRowText(alias: string, { columns }: BulkRows): string[] {
  const types = Object.values(columns).map((kind) => `::${SCALAR_TYPE[kind]}`);
  const last = types.length - 1;
  const between = types.map((type, index) => (index === last ? type : `${type}, `));
  return ['(values (', ...between.slice(0, -1), `${between[last]})) as ${quoteIdentifier(alias)}(${namesOf(columns)})`];
}

function manyRowsText(alias: string, { columns }: BulkRows, same: readonly boolean[]): string[] {
  const texts = ['(select '];
  const add = (text: string): void => {
    texts[texts.length - 1] += text;
  };
  const all = Object.entries(columns);
  all.forEach(([name, kind], index) => {
    if (index > 0) add(', ');
    if (same[index] === true) texts.push(`::${SCALAR_TYPE[kind]} as `);
    add(quoteIdentifier(name));
  });
  const arrays = all.filter((_, index) => same[index] === false);
  add(' from unnest(');
  arrays.forEach(([, kind], position) => {
    if (position > 0) add(', ');
    texts.push(`::${ARRAY_TYPE[kind]}`);
  });
  add(`) as r(${namesOf(Object.fromEntries(arrays))})) as ${quoteIdentifier(alias)}`);
  return texts;
}

function namesOf(columns: BulkRows['columns']): string {
  return Object.keys(columns).map(quoteIdentifier).join(', ');
}
