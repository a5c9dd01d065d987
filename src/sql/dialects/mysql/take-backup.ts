import { createWriteStream } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import type { Trx } from '../../engine.ts';
import { CarryoverError } from '../../../base/errors.ts';
import type { AtSnapshot } from '../../contract/backup-tools.ts';
import { openDefaults, type ConnectionTarget } from '../../dialect.ts';
import { backupFailed } from '../../sql-errors.ts';
import { programsFor, type ClientPrograms } from './client-programs.ts';
import { checkWholeDump, SnapshotWatch } from './dump-file.ts';
import { holdWriters, HOLD_TIMEOUT_MS, releaseWriters } from './hold-writers.ts';
import { withOptionFile } from './option-file.ts';
import { reasonOf, startClient } from './run-client.ts';
import { serverFlavour, withHandle } from './short-handle.ts';

/** Longest time writers are held while the dump begins. It takes milliseconds; more means that something stands in its way. */
const DUMP_START_TIMEOUT_MS = 10_000;

/**
 * Nothing that drops, so that a dump can only be restored into an empty database; no GTIDs and tablespaces, which belong to
 * the server and not to the database.
 */
const DUMP_ARGUMENTS: readonly string[] = [
  '--single-transaction',
  '--quick',
  '--routines',
  '--triggers',
  '--events',
  '--hex-blob',
  '--no-autocommit',
  '--no-tablespaces',
  '--skip-lock-tables',
  '--skip-add-drop-table',
  '--skip-dump-date',
];

const MYSQL_DUMP_ARGUMENTS: readonly string[] = ['--set-gtid-purged=OFF', '--column-statistics=0'];

/**
 * See `BackupTools.take`. The servers cannot share a snapshot between sessions, so writers are held while both the dump and
 * our own reading transaction take theirs; that is the same instant. Then writers go on, and dump and look run side by side.
 */
export async function takeBackup(target: ConnectionTarget, file: string, atSnapshot: AtSnapshot): Promise<void> {
  const partial = `${file}.partial`;
  let mine = false;
  try {
    if (await exists(file)) throw new Error(`the file "${file}" exists already`);
    // Only the user who runs this may read it: it holds everything the database holds.
    await (await open(partial, 'wx', 0o600)).close();
    mine = true;
    await dumpWithSnapshot(target, partial, atSnapshot);
    await checkWholeDump(partial);
    await rename(partial, file);
    await syncFolder(dirname(file));
  } catch (error) {
    if (mine) await rm(partial, { force: true });
    if (error instanceof CallerFailure) throw error.cause;
    if (error instanceof CarryoverError) throw error;
    throw new CarryoverError(backupFailed, { shown: target.shown, reason: reasonOf(error, target) }, error);
  }
}

/** What the caller's own look at the snapshot threw, which is not the backup's failure. */
class CallerFailure extends Error {}

async function dumpWithSnapshot(target: ConnectionTarget, partial: string, atSnapshot: AtSnapshot): Promise<void> {
  const options = { ...openDefaults, poolMax: 2, lockTimeoutMs: HOLD_TIMEOUT_MS, applicationName: 'carryover-backup' };
  await withHandle(target, options, async (handle) => {
    const programs = await programsFor(await serverFlavour(handle));
    await handle.connection().execute(async (holder) => {
      await holdWriters(holder);
      let held = true;
      const release = async (): Promise<void> => {
        if (held) await releaseWriters(holder);
        held = false;
      };
      try {
        const reading = handle.transaction().setAccessMode('read only');
        await reading.execute((snapshot) => dumpAndLook({ target, partial, programs, atSnapshot, snapshot, release }));
      } finally {
        await release();
      }
    });
  });
}

interface DumpAndLook {
  readonly target: ConnectionTarget;
  readonly partial: string;
  readonly programs: ClientPrograms;
  readonly atSnapshot: AtSnapshot;
  /** A reading transaction whose snapshot was taken while writers were held. */
  readonly snapshot: Trx;
  /** Lets writers go on. */
  readonly release: () => Promise<void>;
}

async function dumpAndLook({ target, partial, programs, atSnapshot, snapshot, release }: DumpAndLook): Promise<void> {
  await withOptionFile(target, programs.flavour, async (optionFile) => {
    const flavoured = programs.flavour === 'MySQL' ? MYSQL_DUMP_ARGUMENTS : [];
    const client = startClient(programs.dump, [
      `--defaults-file=${optionFile}`,
      ...DUMP_ARGUMENTS,
      ...flavoured,
      '--',
      target.database,
    ]);
    const watch = new SnapshotWatch();
    const observe = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        watch.see(chunk);
        done(null, chunk);
      },
    });
    const written = pipeline(client.stdout, observe, createWriteStream(partial, { flags: 'r+', flush: true }));
    const dumped = Promise.all([client.ended, written]);
    try {
      await begun(watch, dumped);
      await release();
      await Promise.all([dumped, look(atSnapshot, snapshot)]);
    } catch (error) {
      client.kill();
      await Promise.allSettled([client.ended, written]);
      throw error;
    }
  });
}

/** Waits until the dump's snapshot is taken; a dump that is done has taken it, and one that failed says why. */
async function begun(watch: SnapshotWatch, dumped: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const tooLate = delay(DUMP_START_TIMEOUT_MS, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`the dump did not begin within ${DUMP_START_TIMEOUT_MS / 1000} s, for which writers were held`);
  });
  try {
    await Promise.race([watch.begun, dumped, tooLate]);
  } finally {
    stop.abort();
    tooLate.catch(() => undefined);
  }
}

async function look(atSnapshot: AtSnapshot, snapshot: Trx): Promise<void> {
  await atSnapshot(snapshot).catch((error: unknown) => {
    throw new CallerFailure('The look at the snapshot failed.', { cause: error });
  });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
