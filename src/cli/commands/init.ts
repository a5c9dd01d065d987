import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DEFAULT_BACKUP_FOLDER } from '../../app/app.ts';
import { targetUnknown } from '../../app/app-errors.ts';
import { CONFIG_FILE_NAMES } from '../../app/load-config.ts';
import { recogniseSystems } from '../../app/recognise-systems.ts';
import { CarryoverError } from '../../base/errors.ts';
import { openDatabase } from '../../sql/database.ts';
import { URL_EXAMPLES, withAbsoluteFile } from '../../sql/dialects/file-urls.ts';
import { cliFileExists, cliUsage } from '../cli-errors.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { configText } from '../config-text.ts';
import { converse, type Ask } from '../conversation.ts';
import { EXIT } from '../exit-codes.ts';
import { completeAnswers, nameFlaw, type InitAnswers, type InitFindings, type InitGiven } from '../init-answers.ts';
import { chooseDatabase, type DatabaseChoice } from '../init-database.ts';

interface InitOptions {
  readonly url?: string;
  readonly urlEnv?: string;
  readonly name?: string;
  readonly backups?: string;
}

/** `carryover init`: writes a typed configuration by looking at the database, asking for what cannot be seen there. Never overwrites one. */
export const defineInit: DefineCommand = (program, bind) => {
  const command = program
    .command('init')
    .description(
      'look at a database, recognise the systems in it, ask on a terminal for the rest, and write carryover.config.ts',
    )
    .option('--url <url>', `the database: ${URL_EXAMPLES.join(', ')}`)
    .option('--url-env <variable>', 'the environment variable that holds the URL, for databases with a password')
    .option('--name <instance>', 'what to call the instance (default: dev)')
    .option('--backups <folder>', `where backups go (default: ${DEFAULT_BACKUP_FOLDER})`);
  bind<InitOptions>(command, async (run, options) => {
    const taken = CONFIG_FILE_NAMES.map((name) => path.join(run.folder, name)).find((file) => existsSync(file));
    if (taken !== undefined) throw new CarryoverError(cliFileExists, { file: taken });
    const flaw = options.name === undefined ? undefined : nameFlaw(options.name);
    if (flaw !== undefined) {
      throw new CarryoverError(cliUsage, { command: run.name, found: `--name ${options.name}`, expected: flaw });
    }
    const set = (ask?: Ask): Promise<number> => setUp(run, options, ask);
    // Nobody is asked where --yes says that what was found is right.
    return run.terminal === undefined || run.options.yes === true ? set() : converse(run, run.terminal, set);
  });
};

async function setUp(run: CommandRun, options: InitOptions, ask: Ask | undefined): Promise<number> {
  const { url, urlEnv, name, backups } = options;
  const given = { ...(url === undefined ? {} : { url }), ...(urlEnv === undefined ? {} : { urlEnv }) };
  const database = await chooseDatabase(run, given, ask);
  const findings = await lookAt(run, database);
  const answers = await completeAnswers(
    findings,
    {
      folder: run.folder,
      ...(name === undefined ? {} : { name }),
      ...(backups === undefined ? {} : { backups }),
      ...systemGiven(run, findings),
    },
    ask,
  );
  const file = path.join(run.folder, 'carryover.config.ts');
  await writeFile(file, configText({ ...content(answers), instance: database.instance }), { flag: 'wx' });
  tell(run, file, answers);
  return EXIT.done;
}

async function lookAt(run: CommandRun, { url }: DatabaseChoice): Promise<InitFindings> {
  const database = await openDatabase(withAbsoluteFile(url, run.folder), { access: 'read-only', poolMax: 2 });
  try {
    const backupBytes = await database.dialect.backup.estimateBytes(database.handle);
    return { systems: await recogniseSystems(database), backupBytes };
  } finally {
    await database.close();
  }
}

/** `--system` answers which of several systems it is; one that is not there cannot be set up. */
function systemGiven({ options }: CommandRun, { systems }: InitFindings): Pick<InitGiven, 'systems'> {
  const { system: name } = options;
  if (name === undefined) return {};
  const known = systems.map((system) => system.name);
  if (!known.includes(name)) throw new CarryoverError(targetUnknown, { what: 'system', name, known });
  return { systems: [name] };
}

function content({ name, systems, backups }: InitAnswers): Omit<Parameters<typeof configText>[0], 'instance'> {
  return { name, systems, ...(backups === DEFAULT_BACKUP_FOLDER ? {} : { backups }) };
}

function tell({ output }: CommandRun, file: string, { name, systems, backups }: InitAnswers): void {
  output.data({ file, instance: name, backups, systems });
  output.line(`Wrote ${file}`);
  for (const system of systems) {
    output.line(
      `  ${system.name}: ${system.found} of ${system.required} legacy tables found, ${Object.keys(system.mapping).length} under other names`,
    );
    for (const problem of system.problems) output.line(`    ${problem}`);
  }
  if (systems.length === 0) output.line('  no system was recognised; add one under "systems" and map its tables');
  output.line(`Next: carryover doctor --instance ${name}`);
}
