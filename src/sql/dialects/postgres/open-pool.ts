import { readFileSync } from 'node:fs';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import pg from 'pg';
import type { ConnectionTarget, OpenOptions } from '../../dialect.ts';

/**
 * How long a connection may take to be made. Too short fails on a server that is starting up under load; too long leaves
 * a user in front of a wrong host name that drops packets.
 */
const CONNECT_TIMEOUT_MS = 15_000;

/** Connections unused for so long are closed; with them go the statements prepared on them. */
const IDLE_TIMEOUT_MS = 30_000;

/**
 * How long a writer may sit in an open transaction without sending anything. Too long lets a stalled process hold its
 * locks, too short aborts a transaction of a process that merely computes; the longest pause by design is under a second.
 */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

/** Sessions as this program needs them, whatever the server's, database's or user's defaults are. */
export type SessionLimits = Pick<OpenOptions, 'access' | 'lockTimeoutMs' | 'statementTimeoutMs' | 'applicationName'>;

/** A pool that connects on demand. Each of its sessions is held to UTC, to readable forms and to the limits given. */
export function openPool(target: ConnectionTarget, limits: SessionLimits, connectionsMax: number): pg.Pool {
  const config = clientConfig(target, limits);
  // The pool hands its own options to a client, where they have other meanings: its timeout also limits waiting in line.
  class PoolMember extends pg.Client {
    constructor() {
      super(config);
    }
  }
  const pool = new pg.Pool({ Client: PoolMember, max: connectionsMax, idleTimeoutMillis: IDLE_TIMEOUT_MS });
  // A connection that breaks while nobody uses it is dropped by the pool; whoever uses it is told by the statement's error.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** What the driver needs to connect one session. Reads the certificate files that the target names. */
export function clientConfig(target: ConnectionTarget, limits: SessionLimits): pg.ClientConfig {
  const seconds = Number(target.parameters['connect_timeout'] ?? '');
  return {
    host: target.socketPath ?? target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    password: target.password,
    ssl: tlsOptions(target),
    options: sessionSettings(target, limits),
    application_name: limits.applicationName,
    connectionTimeoutMillis: seconds > 0 ? seconds * 1000 : CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

function sessionSettings(target: ConnectionTarget, limits: SessionLimits): string {
  const readOnly = limits.access === 'read-only';
  const settings: Readonly<Record<string, string>> = {
    TimeZone: 'UTC',
    DateStyle: 'ISO',
    bytea_output: 'hex',
    standard_conforming_strings: 'on',
    // Compiling one of our long queries takes seconds, and running it over the rows of a chunk a few milliseconds.
    jit: 'off',
    default_transaction_read_only: readOnly ? 'on' : 'off',
    lock_timeout: String(limits.lockTimeoutMs),
    statement_timeout: String(limits.statementTimeoutMs),
    // A reader holds no lock, and it may wait on purpose: a backup tool copies the snapshot that it keeps open.
    idle_in_transaction_session_timeout: readOnly ? '0' : String(IDLE_IN_TRANSACTION_TIMEOUT_MS),
  };
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  // Ours come last, and the last of two settings counts.
  return [target.parameters['options'], ...ours].filter((part) => part !== undefined).join(' ');
}

function tlsOptions({ ssl, parameters }: ConnectionTarget): false | TlsOptions {
  if (ssl === undefined || ssl === 'disable') return false;
  const { sslrootcert, sslcert, sslkey } = parameters;
  // As libpq does it: "require" encrypts without asking who answers, unless a root certificate was named.
  const verifies = ssl !== 'require' || sslrootcert !== undefined;
  return {
    rejectUnauthorized: verifies,
    ...(ssl === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...(sslrootcert === undefined ? {} : { ca: readFileSync(sslrootcert) }),
    ...(sslcert === undefined ? {} : { cert: readFileSync(sslcert) }),
    ...(sslkey === undefined ? {} : { key: readFileSync(sslkey) }),
  };
}
