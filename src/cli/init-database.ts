import type { InstanceConfig } from '../app/config.ts';
import { CarryoverError } from '../base/errors.ts';
import { redactUrl } from '../base/redact.ts';
import { URL_EXAMPLES } from '../sql/dialects/file-urls.ts';
import { cliUsage } from './cli-errors.ts';
import type { CommandRun } from './command.ts';
import type { Ask } from './conversation.ts';

/** The variable that most applications have their database's URL in. */
const USUAL_VARIABLE = 'DATABASE_URL';

/** What the options say about the database: its URL, or the variable that holds it. */
export interface DatabaseGiven {
  readonly url?: string;
  readonly urlEnv?: string;
}

/** A database to look at, and how the configuration will name it. */
export interface DatabaseChoice {
  readonly url: string;
  readonly instance: InstanceConfig;
}

/** The database of the options; without any the one that is asked for. Throws `CLI_USAGE`. */
export async function chooseDatabase(
  run: Pick<CommandRun, 'name' | 'environment'>,
  given: DatabaseGiven,
  ask?: Ask,
): Promise<DatabaseChoice> {
  const isOpen = given.url === undefined && given.urlEnv === undefined;
  const chosen = isOpen && ask !== undefined ? await askDatabase(run, ask) : given;
  const result = readChoice(run, chosen);
  if ('found' in result) throw new CarryoverError(cliUsage, { command: run.name, ...result });
  return result;
}

async function askDatabase(run: Pick<CommandRun, 'environment'>, ask: Ask): Promise<DatabaseGiven> {
  const hasUsual = (run.environment[USUAL_VARIABLE] ?? '') !== '';
  // Only a URL has a colon in it.
  const given = (answer: string): DatabaseGiven => (answer.includes(':') ? { url: answer } : { urlEnv: answer });
  const answer = await ask({
    text: `Which database? Its URL (${URL_EXAMPLES[0]}), or the environment variable that holds it:`,
    ...(hasUsual ? { fallback: USUAL_VARIABLE } : {}),
    flawOf: (text) => {
      const result = readChoice(run, given(text));
      return 'found' in result ? `That is ${result.found}, against ${result.expected}.` : undefined;
    },
  });
  return given(answer);
}

function readChoice(
  run: Pick<CommandRun, 'environment'>,
  { url, urlEnv }: DatabaseGiven,
): DatabaseChoice | { readonly found: string; readonly expected: string } {
  const found = urlEnv === undefined ? url : run.environment[urlEnv];
  if (found === undefined || found === '') {
    return {
      found: urlEnv === undefined ? 'no database' : `nothing in the variable ${urlEnv}`,
      expected: `--url ${URL_EXAMPLES[0]}, or --url-env ${USUAL_VARIABLE}`,
    };
  }
  if (urlEnv !== undefined) return { url: found, instance: { urlEnv } };
  if (redactUrl(found) === found) return { url: found, instance: { url: found } };
  return {
    found: 'a password in --url, which would be written to a file',
    expected: '--url-env and the URL in that variable',
  };
}
