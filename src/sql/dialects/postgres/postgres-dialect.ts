import type { Dialect } from '../../dialect.ts';
import { backupTools } from './backup-tools.ts';
import { classify } from './classify.ts';
import { columnTypes } from './column-types.ts';
import { expressions } from './expressions.ts';
import { orderedKey } from './ordered-key.ts';
import { adopt, connect } from './kysely-dialects.ts';
import { introspection } from './introspection.ts';
import { parseUrl } from './parse-url.ts';
import { statements } from './statements.ts';
import { triggerTools } from './trigger-tools.ts';

/** PostgreSQL 14 or newer, through the `pg` package. */
export const postgresDialect: Dialect = {
  engine: 'postgres',
  traits: {
    transactionalDdl: true,
    concurrentWriters: true,
    returning: true,
    skipLocked: true,
    embedded: false,
    clockMicros: true,
    lockTimeoutPerTransaction: true,
  },
  lowestVersions: { PostgreSQL: '14' },
  columnTypes,
  expressions,
  orderedKey,
  viewExpressions: expressions,
  statements,
  introspection,
  backup: backupTools,
  triggers: triggerTools,
  parseUrl,
  connect,
  adopt,
  classify,
};
