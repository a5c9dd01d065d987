import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { Database } from '../../sql/database.ts';
import type { SchemaMigration } from '../../sql/schema-migration.ts';

/** The table that says of each job who runs it, for which tick, and how its last run ended. */
export const createJobLeases: SchemaMigration = {
  component: 'jobs',
  number: 1,
  name: 'create-job-leases',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    return [
      `create table ${database.tableName('carryover_job_leases')} (
        system_name ${type.text(32)} not null,
        job ${type.text(64)} not null,
        epoch ${type.int64} not null,
        holder ${type.text(REFERENCE_LENGTH_MAX)},
        expires_at ${type.instant},
        tick_at ${type.instant},
        started_at ${type.instant},
        finished_at ${type.instant},
        succeeded_at ${type.instant},
        outcome ${type.text(16)},
        error_code ${type.text(64)},
        result ${type.longText},
        runs ${type.int64} not null,
        failures ${type.int64} not null,
        primary key (system_name, job),
        check (outcome in ('running', 'done', 'failed', 'stopped'))
      )${type.tableSuffix}`,
    ];
  },
};
