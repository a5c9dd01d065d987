import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_FILE_NAMES } from '../../app/load-config.ts';
import { recogniseSystems, type RecognisedSystem } from '../../app/recognise-systems.ts';
import { CarryoverError } from '../../base/errors.ts';
import { redactUrl } from '../../base/redact.ts';
import { openDatabase } from '../../sql/database.ts';
import { URL_EXAMPLES, withAbsoluteFile } from '../../sql/dialects/file-urls.ts';
import { cliFileExists, cliUsage } from '../cli-errors.ts';
import type { DefineCommand } from '../command.ts';
import { configText } from '../config-text.ts';
import { EXIT } from '../exit-codes.ts';

interface InitOptions {
  readonly url?: string;
  readonly urlEnv?: string;
  readonly name: string;
}

/** `carryover init`: writes a typed configuration by looking at the database. Never overwrites one. */
export const defineInit: DefineCommand = (program, bind) => {
  const command = program
    .command('init')
    .description('look at a database, recognise the systems in it, and write carryover.config.ts')
    .option('--url <url>', `the database: ${URL_EXAMPLES.join(', ')}`)
    .option('--url-env <variable>', 'the environment variable that holds the URL, for databases with a password')
    .option('--name <instance>', 'what to call the instance', 'dev');
  bind<InitOptions>(command, async (run, options) => {
    const taken = CONFIG_FILE_NAMES.map((name) => path.join(run.folder, name)).find((file) => existsSync(file));
    if (taken !== undefined) throw new CarryoverError(cliFileExists, { file: taken });
    const url = options.urlEnv === undefined ? options.url : run.environment[options.urlEnv];
    if (url === undefined || url === '') {
      const found = options.urlEnv === undefined ? 'no database' : `nothing in the variable ${options.urlEnv}`;
      throw new CarryoverError(cliUsage, {
        command: run.name,
        found,
        expected: `--url ${URL_EXAMPLES[0]}, or --url-env DATABASE_URL`,
      });
    }
    if (options.urlEnv === undefined && redactUrl(url) !== url) {
      throw new CarryoverError(cliUsage, {
        command: run.name,
        found: 'a password in --url, which would be written to a file',
        expected: '--url-env and the URL in that variable',
      });
    }
    const database = await openDatabase(withAbsoluteFile(url, run.folder), { access: 'read-only', poolMax: 2 });
    let systems: readonly RecognisedSystem[];
    try {
      systems = await recogniseSystems(database);
    } finally {
      await database.close();
    }
    const file = path.join(run.folder, 'carryover.config.ts');
    const instance = options.urlEnv === undefined ? { url } : { urlEnv: options.urlEnv };
    await writeFile(file, configText({ name: options.name, instance, systems }), { flag: 'wx' });
    run.output.data({ file, systems });
    run.output.line(`Wrote ${file}`);
    for (const system of systems) {
      run.output.line(
        `  ${system.name}: ${system.found} of ${system.required} legacy tables found, ${Object.keys(system.mapping).length} under other names`,
      );
      for (const problem of system.problems) run.output.line(`    ${problem}`);
    }
    if (systems.length === 0) run.output.line('  no system was recognised; add one under "systems" and map its tables');
    run.output.line(`Next: carryover doctor --instance ${options.name}`);
    return EXIT.done;
  });
};
