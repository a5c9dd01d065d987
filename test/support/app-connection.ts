import BetterSqlite3 from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { testEngine } from './fresh-database.ts';

/** A connection as an application opens it for itself, with the driver's own defaults. */
export interface AppConnection {
  /** What `Database.adopt` takes. */
  readonly driverObject: unknown;
  run(statement: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a connection of the application to a database of the engine under test. */
export async function openAppConnection(url: string): Promise<AppConnection> {
  switch (testEngine()) {
    case 'sqlite': {
      const file = new BetterSqlite3(url.slice('sqlite:'.length));
      return {
        driverObject: file,
        run: async (statement) => {
          file.exec(statement);
        },
        close: async () => {
          file.close();
        },
      };
    }
    case 'postgres': {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return {
        driverObject: client,
        run: async (statement) => {
          await client.query(statement);
        },
        close: () => client.end(),
      };
    }
    case 'mysql': {
      const connection = await createConnection({ uri: url });
      return {
        driverObject: connection,
        run: async (statement) => {
          await connection.query(statement);
        },
        close: () => connection.end(),
      };
    }
  }
}
