import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/sql/database.ts';
import { createSampleSchool } from '../../src/systems/tuition/sample-school/create-sample-school.ts';
import { SAMPLE_AS_OF } from '../../src/systems/tuition/sample-school/sample-calendar.ts';
import { freshDatabase } from './fresh-database.ts';
import { runCli, type CliResult } from './run-cli.ts';

/** A folder to call `carryover` in, beside the database of a small sample school. */
export interface SchoolFolder {
  readonly folder: string;
  readonly url: string;
  /** Runs a command there; the school's URL is in `SCHOOL_URL`. */
  run(...args: readonly string[]): Promise<CliResult>;
  remove(): Promise<void>;
}

/** The present of the sample school, for `--as-of`. */
export const SCHOOL_AS_OF: string = SAMPLE_AS_OF.toString();

/** Makes a small school on the engine of the running project and, unless told otherwise, a configuration that names it `dev`. */
export async function openSchoolFolder(options: { readonly config?: object | false } = {}): Promise<SchoolFolder> {
  const fresh = await freshDatabase();
  const database = await openDatabase(fresh.url);
  try {
    await createSampleSchool(database, { students: 61, years: 1 });
  } finally {
    await database.close();
  }
  const folder = mkdtempSync(join(tmpdir(), 'carryover-cli-'));
  const { config = { instances: { dev: { urlEnv: 'SCHOOL_URL' } }, systems: { tuition: {} } } } = options;
  if (config !== false) writeFileSync(join(folder, 'carryover.config.json'), JSON.stringify(config));
  return {
    folder,
    url: fresh.url,
    run: (...args) => runCli(folder, args, { SCHOOL_URL: fresh.url }),
    remove: async () => {
      rmSync(folder, { recursive: true, force: true });
      await fresh.drop();
    },
  };
}
