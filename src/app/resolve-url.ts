import { CarryoverError } from '../base/errors.ts';
import { redactUrl } from '../base/redact.ts';
import { withAbsoluteFile } from '../sql/dialects/file-urls.ts';
import { configInvalid, secretMisplaced } from './app-errors.ts';
import type { InstanceConfig } from './config.ts';
import { fromEnvironment } from './from-environment.ts';

/**
 * The connection URL of an instance: from `urlEnv`, or `url` with the password of `passwordEnv`. A relative SQLite path is
 * relative to the configuration's folder. Throws `CONFIG_INVALID` unless exactly one of the two is given, and
 * `CONFIG_SECRET_MISPLACED` for a password in the file or a variable that is not set.
 */
export function resolveUrl(
  name: string,
  instance: InstanceConfig,
  { folder, environment }: { readonly folder: string; readonly environment: NodeJS.ProcessEnv },
): string {
  const at = `instances.${name}`;
  if ((instance.url === undefined) === (instance.urlEnv === undefined)) {
    const found = instance.url === undefined ? 'neither url nor urlEnv' : 'both url and urlEnv';
    throw new CarryoverError(configInvalid, {
      file: 'the configuration',
      path: at,
      found,
      expected: 'exactly one of them',
    });
  }
  if (instance.urlEnv !== undefined)
    return withAbsoluteFile(fromEnvironment(`${at}.urlEnv`, instance.urlEnv, environment), folder);
  const url = instance.url ?? '';
  if (redactUrl(url) !== url) {
    const nextStep = `Remove the password from the URL and put it into an environment variable: { url, passwordEnv: 'DATABASE_PASSWORD' }.`;
    throw new CarryoverError(secretMisplaced, {
      path: `${at}.url`,
      flaw: 'it holds a password, which would be committed with the file',
      nextStep,
    });
  }
  if (instance.passwordEnv === undefined) return withAbsoluteFile(url, folder);
  return withPassword(url, fromEnvironment(`${at}.passwordEnv`, instance.passwordEnv, environment));
}

function withPassword(url: string, password: string): string {
  return url.replace(
    /^([a-z]+:\/\/)([^@/?]*)@/,
    (_, scheme: string, user: string) => `${scheme}${user}:${encodeURIComponent(password)}@`,
  );
}
