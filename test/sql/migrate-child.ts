import type { DatabaseConnection, Driver } from 'kysely';
import { Database } from '../../src/sql/database.ts';
import { openDefaults, type Dialect } from '../../src/sql/dialect.ts';
import { dialectFor } from '../../src/sql/dialects/index.ts';
import { migrateSchema, undoComponent } from '../../src/sql/schema-migrator.ts';
import { sampleMigrations } from './sample-migrations.ts';

/**
 * A process of its own that migrates, and kills itself without a farewell around one of its DDL statements:
 * `node migrate-child.ts <url> migrate|undo [before|after <number of the statement, from 1>]`. Prints the names of what it did.
 */
const [url = '', verb = 'migrate', moment = 'never', position = '0'] = process.argv.slice(2);
let ddlCount = 0;

function dieAround(connection: DatabaseConnection): void {
  const executeQuery = connection.executeQuery.bind(connection);
  connection.executeQuery = async (query, options) => {
    const isDdl = /^\s*(?:create|alter|drop)\b/i.test(query.sql) && !/if not exists/i.test(query.sql);
    if (isDdl) ddlCount += 1;
    const dies = isDdl && ddlCount === Number(position);
    if (dies && moment === 'before') process.kill(process.pid, 'SIGKILL');
    const result = await executeQuery<never>(query, options);
    if (dies && moment === 'after') process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

function mortal(dialect: Dialect): Dialect {
  return {
    ...dialect,
    connect(target, options) {
      const kyselyDialect = dialect.connect(target, options);
      const createDriver = (): Driver => {
        const driver = kyselyDialect.createDriver();
        const acquire = driver.acquireConnection.bind(driver);
        const patched = new WeakSet<DatabaseConnection>();
        driver.acquireConnection = async (acquireOptions) => {
          const connection = await acquire(acquireOptions);
          if (!patched.has(connection)) dieAround(connection);
          patched.add(connection);
          return connection;
        };
        return driver;
      };
      return {
        ...kyselyDialect,
        createDriver,
        createAdapter: () => kyselyDialect.createAdapter(),
        createQueryCompiler: () => kyselyDialect.createQueryCompiler(),
        createIntrospector: (handle) => kyselyDialect.createIntrospector(handle),
      };
    },
  };
}

const dialect = mortal(dialectFor(url));
const database = new Database(dialect, dialect.parseUrl(url), { options: openDefaults, tablePrefix: 'carryover_' });
const done =
  verb === 'undo'
    ? (await undoComponent(database, sampleMigrations, 'sample')).undone
    : (await migrateSchema(database, sampleMigrations, '1.0.0')).applied;
process.stdout.write(JSON.stringify(done.map(({ name }) => name)));
await database.close();
