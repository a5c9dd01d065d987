export { postgresDialect } from './postgres-dialect.ts';
