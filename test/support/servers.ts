import { externalServerUrl, HOW_TO_START, SERVER_URL_VARIABLE } from './engines.ts';
import type { Engine } from './engines.ts';
import { pingMysql, startMariadb } from './mariadb-server.ts';
import { pingPostgres, startPostgres } from './postgres-server.ts';
import { findMariadbBinaries, findPostgresBinaries } from './server-binaries.ts';

/** What a server is for: `tests` gives up safety for speed, `benches` writes to disk as a production server does. */
export type ServerPurpose = 'tests' | 'benches';

/** A server that this process started and owns. */
export interface OwnServer {
  /** A user who may create databases, over TCP, connected to a database that always exists. Stays the same over `restart`. */
  readonly url: string;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
  /** Sends the signal to the server and waits until it is gone; `SIGKILL` is the crash of a machine without its disk. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and data; ends it first where it still runs. */
  restart(): Promise<void>;
}

/** A server to test against: one of our own, or one that an environment variable names. */
export interface TestServer {
  readonly url: string;
  /** Ends a server of our own; leaves a foreign one alone. */
  stop(): Promise<void>;
}

/** True when tests can run on the engine here: it needs no server, a URL names one, or its programs are installed. */
export function isEngineAvailable(engine: Engine): boolean {
  if (engine === 'sqlite' || externalServerUrl(engine) !== undefined) return true;
  return canStartServer(engine);
}

/** True when `startOwnServer` has what it needs here: the engine has a server, and its programs are installed. */
export function canStartServer(engine: Engine): boolean {
  if (engine === 'sqlite') return false;
  return (engine === 'postgres' ? findPostgresBinaries() : findMariadbBinaries()) !== undefined;
}

/**
 * Starts a fresh server of that engine as an unprivileged user, in a temporary folder, on a free port of 127.0.0.1.
 * Throws an Error for an engine without a server, and one that says how to get it when its programs are not installed.
 */
export function startOwnServer(engine: Engine, purpose: ServerPurpose = 'tests'): Promise<OwnServer> {
  if (engine === 'sqlite') throw new Error('Cannot start a server of "sqlite": it has none. Open a file instead.');
  return engine === 'postgres' ? startPostgres(purpose) : startMariadb(purpose);
}

/**
 * The server that a test run uses: the one its environment variable names, else one of its own. Throws an Error that
 * says how to start the server when there is neither.
 */
export async function openTestServer(engine: Engine, purpose: ServerPurpose = 'tests'): Promise<TestServer> {
  const url = externalServerUrl(engine);
  if (url !== undefined) {
    await checkForeignServer(engine, url);
    return { url, stop: () => Promise.resolve() };
  }
  if (!isEngineAvailable(engine)) {
    throw new Error(
      `Cannot test on ${engine}: neither its server programs nor ${SERVER_URL_VARIABLE[engine]} found, against one needed. ` +
        `Start it with "${HOW_TO_START[engine]}", or leave it out with ENGINES.`,
    );
  }
  return startOwnServer(engine, purpose);
}

async function checkForeignServer(engine: Engine, url: string): Promise<void> {
  try {
    await (engine === 'postgres' ? pingPostgres(url) : pingMysql(url));
  } catch (error) {
    const found = error instanceof Error && error.message !== '' ? error.message : 'no connection';
    throw new Error(
      `Cannot reach the server of ${SERVER_URL_VARIABLE[engine]} at "${new URL(url).host}": ${found}, against an answer. ` +
        `Start it with "${HOW_TO_START[engine]}", or leave it out with ENGINES.`,
      { cause: error },
    );
  }
}
