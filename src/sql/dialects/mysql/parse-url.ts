import { CarryoverError } from '../../../base/errors.ts';
import { redactUrl } from '../../../base/redact.ts';
import type { ConnectionTarget } from '../../dialect.ts';
import { sqlUrlInvalid } from '../../sql-errors.ts';

const SCHEME = /^(?:mysql|mariadb):\/\//i;
const ADDRESS = /^(\[[^\]]*\]|[^:/?#@[\]]*)(?::([^/?]*))?\/([^/?]*)(?:\?(.*))?$/;

/** TLS modes under our names and under those of the MySQL client. */
const SSL_MODES: Readonly<Record<string, NonNullable<ConnectionTarget['ssl']>>> = {
  disable: 'disable',
  disabled: 'disable',
  require: 'require',
  required: 'require',
  'verify-ca': 'verify-ca',
  verify_ca: 'verify-ca',
  'verify-full': 'verify-full',
  verify_identity: 'verify-full',
};

interface Address {
  readonly host: string;
  readonly port: string | undefined;
  readonly database: string;
  readonly query: string;
}

/**
 * Reads `mysql://user:password@host:port/database?socket=...&ssl-mode=...&ssl-ca=...`. The scheme may also be `mariadb`, and
 * `sslmode`, `sslrootcert` are understood as well. Throws `SQL_URL_INVALID`, checked in this order: scheme, form, database,
 * port, parameters.
 */
export function parseMysqlUrl(url: string): ConnectionTarget {
  const shown = redactUrl(url);
  const flawed = (flaw: string): CarryoverError<{ shown: string; flaw: string }> =>
    new CarryoverError(sqlUrlInvalid, { shown, flaw });
  if (!SCHEME.test(url)) throw flawed('it does not begin with mysql:// or mariadb://');
  const { credentials, address } = splitCredentials(url.replace(SCHEME, ''));
  if (address === undefined) throw flawed('it is not of the form user:password@host:port/database');
  const database = decodeText(address.database);
  if (database === '') throw flawed('it names no database');
  const port = readPort(address.port);
  if (port === 'invalid') throw flawed('the port is not a number from 1 to 65535');
  const parameters = readParameters(address.query);
  if (typeof parameters === 'string') throw flawed(parameters);
  return {
    engine: 'mysql',
    shown,
    database,
    ...location(address.host, port, parameters),
    ...credentials,
    ...parameters,
  };
}

/** The same server and user with another database. */
export function withDatabase(target: ConnectionTarget, database: string): ConnectionTarget {
  const { user, password, host = '', port, socketPath } = target;
  const credentials = user === undefined ? '' : `${encodeURIComponent(user)}${password === undefined ? '' : ':***'}@`;
  const address = `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
  const query = socketPath === undefined ? '' : `?socket=${socketPath}`;
  return { ...target, database, shown: `mysql://${credentials}${address}/${encodeURIComponent(database)}${query}` };
}

/**
 * The part before the address may hold any character, so the `@` that ends it is the last one after which a whole address
 * stands: a password with `@` and `/` in it is read as it was meant.
 */
function splitCredentials(rest: string): { credentials: { user?: string; password?: string }; address?: Address } {
  for (let at = rest.lastIndexOf('@'); at !== -1; at = at === 0 ? -1 : rest.lastIndexOf('@', at - 1)) {
    const address = readAddress(rest.slice(at + 1));
    if (address !== undefined) return { credentials: readCredentials(rest.slice(0, at)), address };
  }
  const address = readAddress(rest);
  return address === undefined ? { credentials: {} } : { credentials: {}, address };
}

function readAddress(text: string): Address | undefined {
  const match = ADDRESS.exec(text);
  if (match === null) return undefined;
  const [, host = '', port, database = '', query = ''] = match;
  return { host: host.replaceAll(/^\[|\]$/g, ''), port, database, query };
}

function readCredentials(text: string): { user?: string; password?: string } {
  const colon = text.indexOf(':');
  if (colon === -1) return text === '' ? {} : { user: decodeText(text) };
  return { user: decodeText(text.slice(0, colon)), password: decodeText(text.slice(colon + 1)) };
}

function readPort(text: string | undefined): number | 'invalid' | undefined {
  if (text === undefined || text === '') return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : 'invalid';
}

function location(host: string, port: number | undefined, { socketPath }: { socketPath?: string }): object {
  if (socketPath !== undefined && host === '') return {};
  return { host: host === '' ? '127.0.0.1' : decodeText(host), port: port ?? 3306 };
}

type Parameters = Pick<ConnectionTarget, 'parameters'> & {
  ssl?: NonNullable<ConnectionTarget['ssl']>;
  socketPath?: string;
};

/** The parameters, or what is wrong with them: an unknown one is a typing mistake that would otherwise do nothing. */
function readParameters(query: string): Parameters | string {
  let found: Parameters = { parameters: {} };
  for (const part of query.split('&').filter((text) => text !== '')) {
    const [name = '', value = ''] = part.split(/=(.*)/s, 2).map(decodeText);
    const next = readParameter(found, name, value);
    if (typeof next === 'string') return next;
    found = next;
  }
  return found;
}

function readParameter(found: Parameters, name: string, value: string): Parameters | string {
  switch (name) {
    case 'socket':
      return { ...found, socketPath: value };
    case 'ssl-mode':
    case 'sslmode': {
      const ssl = SSL_MODES[value.toLowerCase()];
      return ssl === undefined
        ? `the value of "${name}" is none of disable, require, verify-ca, verify-full`
        : { ...found, ssl };
    }
    case 'ssl-ca':
    case 'sslrootcert':
      return { ...found, parameters: { ...found.parameters, 'ssl-ca': value } };
    default:
      return `the parameter "${name}" is none of socket, ssl-mode, ssl-ca`;
  }
}

/** Undoes percent-encoding where it is well-formed; a bare percent sign stands for itself. */
function decodeText(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
