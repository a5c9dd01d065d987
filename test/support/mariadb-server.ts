import { randomBytes } from 'node:crypto';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { freePort } from './free-port.ts';
import { OrphanGuard } from './orphan-guard.ts';
import { runProgram } from './run-program.ts';
import { findMariadbBinaries } from './server-binaries.ts';
import { makeServerFolder } from './server-folder.ts';
import { serverOwner } from './server-owner.ts';
import { ServerProcess } from './server-process.ts';
import type { OwnServer, ServerPurpose } from './servers.ts';

const USER = 'carryover';

/**
 * Starts a MariaDB of our own with 300 connections, utf8mb4 and a time zone that is not UTC, so that code which mixes up
 * the two fails here and not at a user's. For tests it does not wait for the disk; for benches it does.
 */
export async function startMariadb(purpose: ServerPurpose): Promise<OwnServer> {
  const binaries = findMariadbBinaries();
  if (binaries === undefined) {
    throw new Error('Cannot start MariaDB: "mariadbd" not found. Install it with "apt-get install mariadb-server".');
  }
  const owner = serverOwner('mysql');
  const folder = makeServerFolder('my', owner, purpose);
  const guard = new OrphanGuard(folder);
  const data = join(folder, 'data');
  const logFile = join(folder, 'server.log');
  const password = randomBytes(12).toString('hex');
  const initFile = join(folder, 'init.sql');
  writeFileSync(initFile, initStatements(password), { mode: 0o600 });
  if (owner !== undefined) chownSync(initFile, owner.uid, owner.gid);
  const installArgs = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal'];
  await runProgram(binaries.installDb, [...installArgs, '--skip-test-db', '--skip-log-bin'], { folder, owner });

  const port = await freePort();
  const url = `mysql://${USER}:${password}@127.0.0.1:${port}/mysql`;
  const server = new ServerProcess({
    title: 'MariaDB',
    command: binaries.mariadbd,
    args: ['--no-defaults', `--port=${port}`, ...settings(folder, purpose)],
    owner,
    folder,
    guard,
    logFile,
    ping: () => pingMysql(url),
    stopSignal: 'SIGTERM',
    abandonSignal: 'SIGKILL',
  });
  await server.start();
  return {
    url,
    stop: () => server.stop(),
    kill: (signal) => server.kill(signal),
    restart: async () => {
      await server.kill('SIGTERM');
      await server.start();
    },
  };
}

/** Runs at every start, so it must not fail when the user exists. */
function initStatements(password: string): string {
  return [
    `CREATE USER IF NOT EXISTS '${USER}'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${USER}'@'%' WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

function settings(folder: string, purpose: ServerPurpose): readonly string[] {
  const values: Readonly<Record<string, string>> = {
    datadir: join(folder, 'data'),
    socket: join(folder, 'server.sock'),
    'pid-file': join(folder, 'server.pid'),
    'log-error': join(folder, 'server.log'),
    'init-file': join(folder, 'init.sql'),
    tmpdir: folder,
    'bind-address': '127.0.0.1',
    'max-connections': '300',
    'character-set-server': 'utf8mb4',
    'default-time-zone': '+03:30',
    'innodb-buffer-pool-size': purpose === 'benches' ? '2G' : '256M',
    'innodb-flush-log-at-trx-commit': purpose === 'benches' ? '1' : '2',
    // As a server that is meant for its load: what is in use fits into memory, and a disk of our days is used as one.
    ...(purpose === 'benches'
      ? { 'innodb-log-file-size': '512M', 'innodb-io-capacity': '2000' }
      : { 'loose-innodb-flush-method': 'nosync' }),
  };
  return [
    '--skip-name-resolve',
    '--skip-log-bin',
    ...(purpose === 'benches' ? [] : ['--loose-debug-no-sync']),
    ...Object.entries(values).map(([name, value]) => `--${name}=${value}`),
  ];
}

/** Resolves when the server at the URL answers a query; rejects with the driver's error when it does not. */
export async function pingMysql(url: string): Promise<void> {
  const connection = await createConnection({ uri: url, connectTimeout: 2_000 });
  try {
    await connection.query('select 1');
  } finally {
    await connection.end();
  }
}
