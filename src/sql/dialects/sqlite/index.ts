import type { Dialect } from '../../dialect.ts';

/** Being built. */
export const sqliteDialect: Dialect = undefined as never;
