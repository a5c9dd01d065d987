import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { BackupCatalogue, DiskBackupGate } from '../../src/cutover/backup/index.ts';
import { cutoverStatus, rollbackCutover, runCutover, type ProgressEvent } from '../../src/cutover/index.ts';
import { openCafe, openCafeAt, type Cafe } from '../support/cafe.ts';
import { failureOf } from '../support/failure-of.ts';
import { testEngine } from '../support/fresh-database.ts';
import type { CafeSize } from '../support/stamps-legacy.ts';
import { userDatabase } from '../support/user-database.ts';
import { afterFirstChunk } from './after-first-chunk.ts';
import { CRASH_LIMITS } from './crash-limits.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

const SUBJECT = { instance: 'test', system: 'stamps' };
const MEGABYTE = 1024 * 1024;
/** What a backup's preflight wants to see free, and some more. */
const ENOUGH = 160 * MEGABYTE;
const SIZE: CafeSize = { members: 45, stampsPerMember: 3 };

type Skip = (reason: string) => never;

let cafe: Cafe | undefined;
let disk: SmallDisk | undefined;
afterEach(async () => {
  await cafe?.close();
  disk?.unmount();
  cafe = undefined;
  disk = undefined;
});

/** Skips the test, with the reason, where no disk can be mounted. */
function smallDisk(bytes: number, skip: Skip): SmallDisk {
  const mounted = mountSmallDisk(bytes);
  if ('reason' in mounted) return skip(mounted.reason);
  disk = mounted;
  return mounted;
}

/** The same for the live database itself, where that is a file. */
function liveDisk(bytes: number, skip: Skip): SmallDisk {
  if (testEngine() !== 'sqlite') return skip("the live disk is the server's own");
  return smallDisk(bytes, skip);
}

/** A café whose file lies on the disk. */
async function cafeOn({ folder }: SmallDisk, size: CafeSize, journalMode = 'delete'): Promise<Cafe> {
  const path = join(folder, 'live.db');
  writeFileSync(path, '');
  const file = new BetterSqlite3(path);
  file.pragma(`journal_mode = ${journalMode}`);
  file.close();
  cafe = await openCafeAt(`sqlite:${path}`, size);
  return cafe;
}

/** Calls `then` at the first event of that kind. */
function once(isIt: (event: ProgressEvent) => boolean, then: () => void): (event: ProgressEvent) => void {
  let happened = false;
  return (event) => {
    if (happened || !isIt(event)) return;
    happened = true;
    then();
  };
}

test.for(['delete', 'wal'])(
  'a disk that runs full in the middle of a chunk aborts it, and the run takes back what it made (journal mode %s)',
  async (journalMode, { skip }) => {
    const live = liveDisk(32 * MEGABYTE, skip);
    const { database, migrate } = await cafeOn(live, { members: 2_000, stampsPerMember: 3 }, journalMode);
    const untouched = await userDatabase(database);
    const error = await failureOf(
      migrate({
        limits: { ...CRASH_LIMITS, chunkKeysFirst: 2_000, chunkKeysMax: 2_000 },
        onProgress: once(
          ({ stage, type }) => stage === 'backfill' && type === 'step',
          () => live.fill(MEGABYTE / 2),
        ),
      }),
    );
    expect(error).toMatchObject({ code: 'CUTOVER_ROLLED_BACK', details: { stage: 'backfill', code: 'SQL_DISK_FULL' } });
    expect((error as Error).message).toMatch(
      /^Cannot backfill stamps on "test": Cannot write to "sqlite:.*live\.db": its disk is full\. What the run had made was removed; legacy is as it was\. /,
    );
    expect(await userDatabase(database)).toEqual(untouched);
    expect(await cutoverStatus(database, SUBJECT)).toMatchObject({
      run: { state: 'rolled-back' },
      nextCommand: 'carryover plan --instance test --system stamps',
    });
    live.clear();
    expect(await migrate()).toMatchObject({ verification: { accounts: { compared: 4_000n, different: 0n } } });
  },
);

test('a disk without a byte left lets nothing be taken back; the command that does so later is named, and works', async ({
  skip,
}) => {
  const live = liveDisk(32 * MEGABYTE, skip);
  const { database, migrate, context } = await cafeOn(live, SIZE);
  const untouched = await userDatabase(database);
  const error = await failureOf(migrate({ limits: CRASH_LIMITS, ...afterFirstChunk(() => live.fill()) }));
  expect(error).toMatchObject({ code: 'CUTOVER_ROLLBACK_FAILED' });
  expect((error as Error).message).toMatch(
    /its disk is full\. .*run "carryover rollback --instance test --system stamps"; it goes on where it stopped\.$/,
  );
  live.clear();
  expect(await rollbackCutover(context(), { reason: 'space again' })).toMatchObject({ status: 'rolled-back' });
  expect(await userDatabase(database)).toEqual(untouched);
  expect(await migrate()).toMatchObject({ verification: { accounts: { compared: 90n, different: 0n } } });
});

test('a disk that runs full while the backup is written leaves no half of one, and the same run works once there is space', async ({
  skip,
}) => {
  const backups = smallDisk(ENOUGH, skip);
  cafe = await openCafe(SIZE);
  const untouched = await userDatabase(cafe.database);
  const backup = new DiskBackupGate(new BackupCatalogue(backups.folder));
  const onProgress = once(
    (event) => event.type === 'step' && event.step === 'take',
    () => backups.fill(),
  );
  const error = await failureOf(runCutover(cafe.context({ backup, onProgress })));
  expect(error).toMatchObject({ code: 'BACKUP_FAILED' });
  expect((error as Error).message).toMatch(/no space left|disk is full/i);
  expect(readdirSync(join(backups.folder, 'test'))).toEqual([]);
  expect(await userDatabase(cafe.database)).toEqual(untouched);
  expect((await cutoverStatus(cafe.database, SUBJECT)).summary).toBe('Nothing was changed yet.');
  backups.clear();
  const report = await runCutover(cafe.context({ backup }));
  expect(report).toMatchObject({ backup: { state: 'proven' }, verification: { accounts: { different: 0n } } });
});

test('a disk too small for the backup is found out before it is begun', async ({ skip }) => {
  const backups = smallDisk(8 * MEGABYTE, skip);
  cafe = await openCafe(SIZE);
  const backup = new DiskBackupGate(new BackupCatalogue(backups.folder));
  const error = await failureOf(runCutover(cafe.context({ backup })));
  expect(error).toMatchObject({ code: 'BACKUP_SPACE_MISSING', details: { folder: join(backups.folder, 'test') } });
  expect((await cutoverStatus(cafe.database, SUBJECT)).summary).toBe('Nothing was changed yet.');
});

test.for([
  { moment: 'the backup is restored beside it', step: 'restore', code: 'RESTORE_FAILED' },
  { moment: 'the run is rehearsed beside it', step: 'create-tables', code: 'CUTOVER_REHEARSAL_FAILED' },
])('a disk that runs full while $moment keeps nothing but the live file', async ({ step, code }, { skip }) => {
  const live = liveDisk(ENOUGH, skip);
  const { database, context } = await cafeOn(live, SIZE);
  const untouched = await userDatabase(database);
  const onProgress = once(
    (event) => event.type === 'step' && event.step === step,
    () => live.fill(),
  );
  const error = await failureOf(runCutover(context({ onProgress })));
  expect(error).toMatchObject({ code });
  expect((error as Error).message).toMatch(/no space left|disk is full/i);
  expect(readdirSync(live.folder).toSorted()).toEqual(['filler', 'live.db']);
  expect(await userDatabase(database)).toEqual(untouched);
  expect((await cutoverStatus(database, SUBJECT)).summary).toBe('Nothing was changed yet.');
});
