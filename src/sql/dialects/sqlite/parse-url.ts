import { resolve } from 'node:path';
import { CarryoverError } from '../../../base/errors.ts';
import type { ConnectionTarget } from '../../dialect.ts';
import { sqlUrlInvalid } from '../../sql-errors.ts';

const MODES: ReadonlySet<string> = new Set(['ro', 'rw', 'rwc']);

/**
 * Reads `sqlite:` and `file:` URLs: `sqlite:relative.db`, `sqlite:/absolute.db`, `sqlite:///absolute.db`. `?` and `%` in the
 * path are percent-encoded. The one parameter is `mode`: `rw` (the default) wants the file to exist, so that a mistyped path
 * is an error and not a new empty database; `rwc` makes it; `ro` never writes.
 * Throws `SQL_URL_INVALID`, also for in-memory databases: each connection would see another one.
 */
export function parseSqliteUrl(url: string): ConnectionTarget {
  const [, scheme, rest = '', query = ''] =
    /^([a-z]+):([^?]*)(?:\?(.*))?$/is.exec(url) ?? refuse(url, 'it has no scheme');
  if (scheme?.toLowerCase() !== 'sqlite' && scheme?.toLowerCase() !== 'file') refuse(url, `the scheme is "${scheme}"`);
  const path = decodePath(url, withoutAuthority(url, rest));
  if (path === '') refuse(url, 'it names no file');
  if (path.includes('\0')) refuse(url, 'the path holds a NUL character');
  if (path.endsWith(':memory:')) refuse(url, 'an in-memory database cannot be shared between connections');
  const parameters = readParameters(url, query);
  const database = resolve(path);
  return { engine: 'sqlite', shown: showPath(database), database, parameters };
}

/** The target of a file that Carryover made itself, such as a scratch database. */
export function targetOfFile(path: string): ConnectionTarget {
  return { engine: 'sqlite', shown: showPath(path), database: path, parameters: {} };
}

function withoutAuthority(url: string, rest: string): string {
  if (!rest.startsWith('//')) return rest;
  const [, host = '', path = ''] = /^\/\/([^/]*)(\/.*)?$/s.exec(rest) ?? [];
  if (host !== '' && host.toLowerCase() !== 'localhost') refuse(url, 'it names a host, and a database file has none');
  return /^\/[a-z]:/i.test(path) && process.platform === 'win32' ? path.slice(1) : path;
}

function decodePath(url: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return refuse(url, 'a "%" in the path is not followed by two hexadecimal digits of UTF-8; write "%25" for it');
  }
}

function readParameters(url: string, query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== 'mode') refuse(url, `the parameter "${name}" is none of mode`);
    if (!MODES.has(value)) refuse(url, `the mode "${value}" is none of ${[...MODES].join(', ')}`);
    parameters[name] = value;
  }
  return parameters;
}

function showPath(path: string): string {
  return `sqlite:${path.replaceAll('%', '%25').replaceAll('?', '%3F')}`;
}

function refuse(url: string, flaw: string): never {
  throw new CarryoverError(sqlUrlInvalid, { shown: url.slice(0, 200), flaw });
}
