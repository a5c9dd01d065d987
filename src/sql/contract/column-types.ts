/** DDL of the column types Carryover's own tables are made of. Each member is the text that stands behind a column's name. */
export interface ColumnTypes {
  /** A primary key of 64 bits that the database numbers in order of creation. Includes `primary key`. */
  readonly identity: string;
  /**
   * A primary key of 64 bits that the database gives in no order, and of which the session that inserts keeps no trace: an application
   * that asks for the number it was given last must not be told that of a row which a trigger inserted. Includes `primary key`.
   */
  readonly unorderedId: string;
  /** An exact 64-bit integer. */
  readonly int64: string;
  /** Compared byte by byte (case and accents count), at most `length` characters, which an index must hold. */
  text(length: number): string;
  /** Text of any length which is not indexed. */
  readonly longText: string;
  /** A point in time with microseconds, UTC. SQLite stores the 27 characters of `Instant.toString()`. */
  readonly instant: string;
  /** A JSON document. */
  readonly json: string;
  /** What follows the closing bracket of CREATE TABLE (storage engine, character set). */
  readonly tableSuffix: string;
}
