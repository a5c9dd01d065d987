import type { Kysely, Transaction } from 'kysely';

/** The three families of databases, by the protocol they speak; `mysql` is MySQL 8 and MariaDB 10.6+. */
export type Engine = 'sqlite' | 'postgres' | 'mysql';

/** No tables known: each folder names its own with `handle.withTables<LedgerTables>()`. */
export type NoTables = {};

/** Something statements can be run on: a pool, or one transaction. */
export type Handle = Kysely<NoTables>;

/** One database transaction. Writers begin IMMEDIATE on SQLite, READ COMMITTED elsewhere. */
export type Trx = Transaction<NoTables>;

/** The isolation level by which `Database.writeStaged` asks the driver of an engine with one writer for its kind of transaction. */
export const STAGED_ISOLATION = 'snapshot';
