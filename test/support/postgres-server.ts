import { randomBytes } from 'node:crypto';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { OrphanGuard } from './orphan-guard.ts';
import { runProgram } from './run-program.ts';
import { findPostgresBinaries } from './server-binaries.ts';
import { makeServerFolder } from './server-folder.ts';
import { serverOwner } from './server-owner.ts';
import { ServerProcess } from './server-process.ts';
import type { OwnServer, ServerPurpose } from './servers.ts';

const USER = 'carryover';
const LOG_FILES = 64;

/**
 * Starts a PostgreSQL of our own with 300 connections and a time zone that is not UTC, so that code which mixes up the
 * two fails here and not at a user's. For tests it does not wait for the disk; for benches it does.
 */
export async function startPostgres(purpose: ServerPurpose): Promise<OwnServer> {
  const binaries = findPostgresBinaries();
  if (binaries === undefined) {
    throw new Error('Cannot start PostgreSQL: "postgres" not found. Install it with "apt-get install postgresql".');
  }
  const owner = serverOwner('postgres');
  const folder = makeServerFolder('pg', owner, purpose);
  const guard = new OrphanGuard(folder);
  const data = join(folder, 'data');
  const logFile = join(folder, 'server.log');
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid);
  const initArgs = ['-D', data, '-U', USER, '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8'];
  await runProgram(binaries.initdb, [...initArgs, '--no-locale', '--no-sync'], { folder, owner });

  const port = await freePort();
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
  const server = new ServerProcess({
    title: 'PostgreSQL',
    command: binaries.postgres,
    args: ['-D', data, '-p', String(port), ...settings(folder, purpose)],
    owner,
    folder,
    guard,
    logFile,
    ping: () => pingPostgres(url),
    stopSignal: 'SIGINT',
    abandonSignal: 'SIGQUIT',
  });
  await server.start();
  if (purpose === 'benches') await fillLog(url);
  return {
    url,
    stop: () => server.stop(),
    kill: (signal) => server.kill(signal),
    restart: async () => {
      await server.kill('SIGINT');
      await server.start();
    },
  };
}

function settings(folder: string, purpose: ServerPurpose): readonly string[] {
  const durable = purpose === 'benches' ? 'on' : 'off';
  const values: Readonly<Record<string, string>> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: '300',
    shared_buffers: purpose === 'benches' ? '512MB' : '128MB',
    max_wal_size: purpose === 'benches' ? '4GB' : '1GB',
    min_wal_size: purpose === 'benches' ? '2GB' : '80MB',
    fsync: durable,
    synchronous_commit: durable,
    full_page_writes: durable,
    timezone: 'Asia/Tehran',
    logging_collector: 'on',
    log_directory: folder,
    log_filename: 'server.log',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * Has the log's files made that a server in use has, 64 of 16 MB: one that is new makes each when it is first needed, and everybody's commits wait
 * for that.
 */
async function fillLog(url: string): Promise<void> {
  await onServer(url, async (client) => {
    for (let file = 0; file < LOG_FILES; file += 1) {
      await client.query('select txid_current()');
      await client.query('select pg_switch_wal()');
    }
    await client.query('checkpoint');
  });
}

/** Resolves when the server at the URL answers a query; rejects with the driver's error when it does not. */
export async function pingPostgres(url: string): Promise<void> {
  await onServer(url, (client) => client.query('select 1'));
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
