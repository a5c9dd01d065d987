import type { Dialect } from '../../dialect.ts';

/** Being built. */
export const mysqlDialect: Dialect = undefined as never;
