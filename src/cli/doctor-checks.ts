import { access, constants, mkdir, statfs } from 'node:fs/promises';
import type { App } from '../app/app.ts';
import { systemClock } from '../base/clock.ts';
import { CarryoverError } from '../base/errors.ts';
import { coreMigrations, inspectLegacySchema } from '../cutover/index.ts';
import type { Database } from '../sql/database.ts';
import { judgeVersion } from '../sql/judge-version.ts';
import { pendingMigrations } from '../sql/schema-migrator.ts';
import type { CommandRun } from './command.ts';
import { renderBytes } from './render/render-numbers.ts';

/** One line of `doctor`. `remedy` says what to do where it is not `ok`. */
export interface DoctorCheck {
  readonly state: 'ok' | 'warn' | 'fail';
  /** The instance, or `here`. */
  readonly subject: string;
  readonly what: string;
  readonly found: string;
  readonly remedy?: string;
}

/** Seconds two clocks may be apart. More would not harm a balance, which the database's clock decides, but confuses who reads logs. */
const CLOCK_SKEW_SECONDS_MAX = 5;

/** What does not depend on an instance: Node, the configuration and its folders. */
export async function examineMachine(run: CommandRun): Promise<readonly DoctorCheck[]> {
  const checks: DoctorCheck[] = [{ state: 'ok', subject: 'here', what: 'Node', found: process.versions.node }];
  try {
    const app = await run.app();
    checks.push({ state: 'ok', subject: 'here', what: 'configuration', found: app.loaded.file });
    for (const system of app.systemNames) checks.push(examineSystem(app, system));
    for (const [what, folder] of [
      ['backup folder', app.catalogue.folder],
      ['log folder', app.logFolder],
    ] as const) {
      checks.push(await examineFolder(what, folder));
    }
  } catch (error) {
    checks.push(failed({ subject: 'here', what: 'configuration' }, error));
  }
  return checks;
}

/** What a run on one instance needs. A failed connection ends its list, since nothing else can be asked. */
export async function examineInstance(run: CommandRun, app: App, instance: string): Promise<readonly DoctorCheck[]> {
  const about = (what: string): { subject: string; what: string } => ({ subject: instance, what });
  let database: Database;
  try {
    database = await app.openInstance(instance, { poolMax: 2 });
  } catch (error) {
    return [failed(about('connection'), error)];
  }
  try {
    const checks: DoctorCheck[] = [{ ...about('connection'), state: 'ok', found: database.target.shown }];
    for (const [what, examine] of EXAMINATIONS) {
      checks.push(
        await examine({ database, app, run }).then(
          (result) => ({ ...about(what), ...result }),
          (error: unknown) => failed(about(what), error),
        ),
      );
    }
    for (const system of app.systemNames) checks.push(await examineLegacy(app, { database, instance, system }));
    return checks;
  } finally {
    await database.close();
  }
}

type Found = Pick<DoctorCheck, 'state' | 'found' | 'remedy'>;
type Examination = (on: { database: Database; app: App; run: CommandRun }) => Promise<Found>;

const EXAMINATIONS: readonly (readonly [string, Examination])[] = [
  [
    'server',
    async ({ database }) => {
      const { introspection, lowestVersions } = database.dialect;
      return serverCheck(await introspection.version(database.handle), lowestVersions);
    },
  ],
  [
    'clock',
    async ({ database }) => {
      const theirs = await database.dialect.statements.serverNow(database.handle);
      const seconds = Math.abs(Number(theirs.epochMicros - systemClock.now().epochMicros)) / 1e6;
      const found = `${seconds.toFixed(1)} s apart`;
      return seconds <= CLOCK_SKEW_SECONDS_MAX
        ? { state: 'ok', found }
        : { state: 'warn', found, remedy: 'Synchronise the clocks of this machine and the server.' };
    },
  ],
  [
    'privileges',
    async ({ database }) => {
      const missing = await database.dialect.introspection.missingPrivileges(database.handle);
      return missing.length === 0
        ? { state: 'ok', found: 'all there' }
        : {
            state: 'fail',
            found: `missing: ${missing.join(', ')}`,
            remedy: `Grant ${missing.join(', ')} to the user of this instance.`,
          };
    },
  ],
  [
    'readers and writers',
    async ({ database }) =>
      (await database.dialect.introspection.readersHoldUpWriters(database.handle))
        ? {
            state: 'warn',
            found: 'writers wait for whoever reads',
            remedy: 'Run "pragma journal_mode = wal" on the file once, or carry it over while nobody writes.',
          }
        : { state: 'ok', found: 'do not wait for each other' },
  ],
  [
    'backup tool',
    async ({ database }) => {
      const { backup } = database.dialect;
      const [obstacle] = await backup.preflight(database.handle, database.target);
      if (obstacle !== undefined) return { state: 'fail', found: obstacle.obstacle, remedy: obstacle.remedy };
      return { state: 'ok', found: await backup.toolVersion() };
    },
  ],
  [
    'space for a backup',
    async ({ database, app }) => {
      const needed = await database.dialect.backup.estimateBytes(database.handle);
      await mkdir(app.catalogue.folder, { recursive: true });
      const { bavail, bsize } = await statfs(app.catalogue.folder, { bigint: true });
      const found = `${renderBytes(bavail * bsize)} free, about ${renderBytes(needed)} needed`;
      return bavail * bsize > needed
        ? { state: 'ok', found }
        : { state: 'fail', found, remedy: 'Free space, or set backups.folder to another disk.' };
    },
  ],
  [
    'scratch databases',
    async ({ database }) => {
      const left = await database.dialect.backup.leftoverScratch(database.target);
      return left.length === 0
        ? { state: 'ok', found: 'none left over' }
        : { state: 'warn', found: `${left.length} left by an earlier run`, remedy: 'The next backup removes them.' };
    },
  ],
  [
    "Carryover's tables",
    async ({ database }) => {
      const pending = await pendingMigrations(database, coreMigrations);
      return {
        state: 'ok',
        found: pending.length === 0 ? 'up to date' : `${pending.length} to be made by the next run`,
      };
    },
  ],
];

/** What the server's version means. Exported for its test, since no test has a server that is too old. */
export function serverCheck(version: string, lowestVersions: Readonly<Record<string, string>>): Found {
  const judgement = judgeVersion(version, lowestVersions);
  if (judgement.verdict === 'supported') return { state: 'ok', found: version };
  const lowest = judgement.lowest.join(' or ');
  return judgement.verdict === 'too-old'
    ? {
        state: 'fail',
        found: `${version}, against ${lowest} or newer`,
        remedy: `Upgrade the server to ${lowest} or newer.`,
      }
    : {
        state: 'warn',
        found: `${version}, which is none of ${lowest} or newer`,
        remedy: 'Rehearse on a copy first: nobody tried Carryover on this server.',
      };
}

function examineSystem(app: App, name: string): DoctorCheck {
  const about = { subject: 'here', what: `system ${name}` };
  try {
    app.system(name);
    return { ...about, state: 'ok', found: 'policy checked' };
  } catch (error) {
    return failed(about, error);
  }
}

async function examineLegacy(
  app: App,
  on: { database: Database; instance: string; system: string },
): Promise<DoctorCheck> {
  const about = { subject: on.instance, what: `legacy tables of ${on.system}` };
  try {
    const { descriptor, config } = app.system(on.system);
    const { tables, problems } = await inspectLegacySchema(on.database, descriptor.legacy, config.tables ?? {});
    if (problems.length === 0) return { ...about, state: 'ok', found: `${tables.length} tables as described` };
    return {
      ...about,
      state: 'fail',
      found: problems.join('; '),
      remedy: `Map the names under systems.${on.system}.tables of the configuration.`,
    };
  } catch (error) {
    return failed(about, error);
  }
}

async function examineFolder(what: string, folder: string): Promise<DoctorCheck> {
  const about = { subject: 'here', what };
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return { ...about, state: 'ok', found: folder };
  } catch {
    return {
      ...about,
      state: 'fail',
      found: `cannot write to ${folder}`,
      remedy: 'Allow the user that runs Carryover to write there, or name another folder.',
    };
  }
}

function failed(about: { subject: string; what: string }, error: unknown): DoctorCheck {
  if (error instanceof CarryoverError)
    return { ...about, state: 'fail', found: error.message.replace(` ${error.hint}`, ''), remedy: error.hint };
  return { ...about, state: 'fail', found: error instanceof Error ? error.message : String(error) };
}
