import { CarryoverError } from '../../../base/errors.ts';
import { redactUrl } from '../../../base/redact.ts';
import type { ConnectionTarget } from '../../dialect.ts';
import { sqlUrlInvalid } from '../../sql-errors.ts';

/** Parameters of the URL that mean something here. Any other is refused, so that a misspelt one is not silently without effect. */
const PARAMETERS = [
  'socket',
  'host',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'options',
  'connect_timeout',
] as const;
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

const SCHEME = /^(postgres|postgresql):\/\//i;
const HOST = String.raw`(?<host>\[[0-9a-f:.%]+\]|[\w.-]*)`;
const AFTER_USER = new RegExp(String.raw`^${HOST}(?::(?<port>\d{1,5}))?/(?<database>[^/?@]+)(?:\?(?<query>.*))?$`, 'i');

interface Reading {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: string | undefined;
  readonly database: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Reads `postgres://user:password@host:port/database?parameter=value`. The password may hold `: / @ % ?` as they are, as
 * long as the URL can then be read in one way only. Throws `SQL_URL_INVALID`.
 */
export function parseUrl(url: string): ConnectionTarget {
  const scheme = SCHEME.exec(url)?.[0];
  if (scheme === undefined) throw invalid(url, 'it does not begin with postgres://');
  const rest = url.slice(scheme.length);
  const readings = [-1, ...positionsOf('@', rest)]
    .map((at) => readAt(rest, at))
    .filter((reading) => reading !== undefined);
  const [reading, rival] = readings;
  if (reading === undefined) throw invalid(url, flawOf(rest));
  if (rival !== undefined)
    throw invalid(url, 'it can be read in two ways, so the special characters of its password must be percent-encoded');
  return toTarget(url, reading);
}

function positionsOf(character: string, text: string): number[] {
  return Array.from(text.matchAll(new RegExp(character, 'g')), (match) => match.index);
}

/** One way to read the URL: the user and password end before position `at`. Undefined when what follows has another form. */
function readAt(rest: string, at: number): Reading | undefined {
  const groups = AFTER_USER.exec(rest.slice(at + 1))?.groups;
  if (groups === undefined) return undefined;
  const parameters = readParameters(groups['query'] ?? '');
  if (parameters === undefined) return undefined;
  const credentials = at === -1 ? '' : rest.slice(0, at);
  const colon = credentials.indexOf(':');
  return {
    user: credentials === '' ? undefined : decode(colon === -1 ? credentials : credentials.slice(0, colon)),
    password: colon === -1 ? undefined : decode(credentials.slice(colon + 1)),
    host: (groups['host'] ?? '').replace(/^\[|\]$/g, ''),
    port: groups['port'],
    database: decode(groups['database'] ?? ''),
    parameters,
  };
}

function readParameters(query: string): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  for (const pair of query.split('&').filter((part) => part !== '')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals);
    if (equals === -1 || !(PARAMETERS as readonly string[]).includes(name)) return undefined;
    parameters[name] = decode(pair.slice(equals + 1));
  }
  return parameters;
}

/** Decodes percent-encoded UTF-8 and leaves a `%` that encodes nothing as it is. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

function toTarget(url: string, reading: Reading): ConnectionTarget {
  const { user, password, database, parameters } = reading;
  const port = reading.port === undefined ? 5432 : Number(reading.port);
  if (port < 1 || port > 65_535) throw invalid(url, `its port is ${port}, against 1 to 65535`);
  const ssl = SSL_MODES.find((mode) => mode === parameters['sslmode']);
  if (parameters['sslmode'] !== undefined && ssl === undefined)
    throw invalid(url, `its sslmode is none of ${SSL_MODES.join(', ')}`);
  const socketPath =
    parameters['socket'] ?? (parameters['host']?.startsWith('/') === true ? parameters['host'] : undefined);
  if (socketPath !== undefined && !socketPath.startsWith('/'))
    throw invalid(url, 'its socket is not the absolute path of a folder');
  const host = reading.host === '' ? (parameters['host'] ?? 'localhost') : reading.host;
  return {
    engine: 'postgres',
    shown: show({ user, password, host, port, database, socketPath }),
    database,
    port,
    ...(socketPath === undefined ? { host } : { socketPath }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(ssl === undefined ? {} : { ssl }),
    parameters,
  };
}

interface Shown {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly socketPath: string | undefined;
}

function show({ user, password, host, port, database, socketPath }: Shown): string {
  const credentials = user === undefined ? '' : `${user}${password === undefined ? '' : ':***'}@`;
  const place = socketPath === undefined ? `${host.includes(':') ? `[${host}]` : host}:${port}` : '';
  return `postgres://${credentials}${place}/${database}${socketPath === undefined ? '' : `?socket=${socketPath}`}`;
}

/** The same server and credentials with another database. */
export function withDatabase(target: ConnectionTarget, database: string): ConnectionTarget {
  const { user, password, host = '', port = 5432, socketPath } = target;
  return { ...target, database, shown: show({ user, password, host, port, database, socketPath }) };
}

/** The most likely reason why no reading fits, without repeating any part that may be secret. */
function flawOf(rest: string): string {
  const query = rest.lastIndexOf('?');
  if (query !== -1 && readParameters(rest.slice(query + 1)) === undefined)
    return `after "?" it has a parameter that is none of ${PARAMETERS.join(', ')}`;
  const path = rest.slice(rest.lastIndexOf('@') + 1);
  if (!/\/[^/?]/.test(path)) return 'it names no database';
  return 'host, port or database are not of the form host:port/database';
}

function invalid(url: string, flaw: string): CarryoverError<{ shown: string; flaw: string }> {
  const shown = url.includes('://') ? redactUrl(url) : `${url.slice(0, Math.max(0, url.indexOf(':')))}:...`;
  return new CarryoverError(sqlUrlInvalid, { shown, flaw });
}
