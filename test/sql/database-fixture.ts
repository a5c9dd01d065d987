import { test as plainTest } from 'vitest';
import type { TestAPI } from 'vitest';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/sql/database.ts';
import type { DialectTraits } from '../../src/sql/dialect.ts';
import { dialectFor } from '../../src/sql/dialects/index.ts';
import { freshDatabase, testEngine } from '../support/fresh-database.ts';

/** What a test of one empty database gets. */
export interface DatabaseFixture {
  /** The database's URL, for tests that open it once more. */
  readonly url: string;
  /** Opened with the defaults. */
  readonly db: Database;
  /** Opens the same database once more; closed with the test. */
  readonly open: (options?: DatabaseOptions) => Promise<Database>;
}

/** Runs on an empty database of the project's engine, which is closed and dropped afterwards. */
export const test: TestAPI<DatabaseFixture> = plainTest.extend<DatabaseFixture>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of the fixtures needed from the pattern.
  url: async ({}, use) => {
    const fresh = await freshDatabase();
    await use(fresh.url);
    await fresh.drop();
  },
  open: async ({ url }, use) => {
    const opened: Database[] = [];
    await use(async (options) => {
      const database = await openDatabase(url, options);
      opened.push(database);
      return database;
    });
    await Promise.all(opened.map((database) => database.close()));
  },
  db: async ({ open }, use) => {
    await use(await open());
  },
});

/** What the engine under test can do. */
export const traits: DialectTraits = dialectFor(`${testEngine()}:`).traits;

/** A trait, or its absence. */
type Condition = keyof DialectTraits | `not ${keyof DialectTraits}`;

/** The same test where the engine has the trait; elsewhere it is skipped under a name that says why. */
export function testWhere(
  condition: Condition,
  otherwise: string,
): (name: string, run: (fixture: DatabaseFixture) => Promise<void>) => void {
  const trait = condition.replace('not ', '') as keyof DialectTraits;
  const holds = traits[trait] !== condition.startsWith('not ');
  return (name, run) => {
    if (holds) test(name, ({ url, db, open }) => run({ url, db, open }));
    else test.skip(`${name} (skipped without "${condition}": ${otherwise})`, () => undefined);
  };
}
