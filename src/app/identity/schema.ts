import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { Database } from '../../sql/database.ts';
import type { SchemaMigration } from '../../sql/schema-migration.ts';

/** The table of API keys: never a key's text, only the hash of its secret. */
export const createApiKeys: SchemaMigration = {
  component: 'identity',
  number: 1,
  name: 'create-api-keys',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    const table = database.tableName('carryover_api_keys');
    return [
      `create table ${table} (
        id ${type.text(32)} not null primary key,
        secret_hash ${type.text(64)} not null,
        label ${type.text(64)} not null unique,
        role ${type.text(32)} not null,
        subject ${type.text(REFERENCE_LENGTH_MAX)} not null,
        scopes ${type.longText},
        created_at ${type.instant} not null,
        expires_at ${type.instant},
        revoked_at ${type.instant},
        check (role in ('server', 'user', 'staff', 'admin', 'super_admin'))
      )${type.tableSuffix}`,
    ];
  },
};
