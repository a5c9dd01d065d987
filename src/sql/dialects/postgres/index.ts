import type { Dialect } from '../../dialect.ts';

/** Being built. */
export const postgresDialect: Dialect = undefined as never;
