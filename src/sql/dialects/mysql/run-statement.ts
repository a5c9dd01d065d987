import type { Connection, QueryError, QueryOptions, ResultSetHeader, TypeCastField } from 'mysql2';
import type { CompiledQuery, QueryResult } from 'kysely';
import { withoutValues } from './classify.ts';
import { decodeField, encodeValue } from './value-codec.ts';

/** Sees each column of an answer before it is decoded. Must not throw. */
export type FieldWatcher = (field: TypeCastField) => void;

/** What mysql2 hands over for one statement: the counts of a statement without rows, or rows. */
type Answer = ResultSetHeader | object[];

/** Runs one statement on a connection of the driver, encoding and decoding as everywhere. Errors carry no values. */
export async function runStatement<R>(
  connection: Connection,
  query: CompiledQuery,
  watch?: FieldWatcher,
): Promise<QueryResult<R>> {
  const answer = await new Promise<Answer>((resolve, reject) => {
    connection.query(queryOptions(query, watch), (error: QueryError | null, result: unknown) => {
      if (error === null) resolve(result as Answer);
      else reject(withoutValues(error, query.sql));
    });
  });
  return Array.isArray(answer) ? { rows: answer as R[] } : countsOf(answer, query.sql);
}

/** Reads rows in pieces of `chunkRows`, holding the server back while the reader is busy. */
export async function* streamStatement<R>(
  connection: Connection,
  query: CompiledQuery,
  chunkRows: number,
): AsyncIterableIterator<QueryResult<R>> {
  const command = connection.query(queryOptions(query));
  // A reader that stops early takes the stream's own listener away, and an error event without a listener ends the process.
  command.on('error', () => undefined);
  let rows: R[] = [];
  try {
    for await (const row of command.stream({ highWaterMark: chunkRows })) {
      rows.push(row as R);
      if (rows.length < chunkRows) continue;
      yield { rows };
      rows = [];
    }
  } catch (error) {
    throw error instanceof Error ? withoutValues(error, query.sql) : error;
  }
  if (rows.length > 0) yield { rows };
}

function queryOptions(query: CompiledQuery, watch?: FieldWatcher): QueryOptions {
  const typeCast = (field: TypeCastField, next: () => unknown): unknown => {
    watch?.(field);
    return decodeField(field, next);
  };
  return {
    sql: query.sql,
    values: query.parameters.map(encodeValue),
    typeCast: watch === undefined ? decodeField : typeCast,
    // A connection of the caller's own may be set otherwise.
    rowsAsArray: false,
    nestTables: false,
    namedPlaceholders: false,
  };
}

/**
 * The server's `affectedRows` of an UPDATE may leave out rows that already had the values. The numbers of its message are
 * always matched, changed, warnings in this order; only the words depend on the server's language.
 */
function countsOf({ affectedRows, insertId, info }: ResultSetHeader, statement: string): QueryResult<never> {
  const [matched, changed] = /^\s*update\b/i.test(statement) ? (info.match(/\d+/g) ?? []) : [];
  return {
    rows: [],
    numAffectedRows: BigInt(matched ?? affectedRows),
    ...(changed === undefined ? {} : { numChangedRows: BigInt(changed) }),
    ...(BigInt(insertId) === 0n ? {} : { insertId: BigInt(insertId) }),
  };
}
