import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BackupCatalogue, DiskBackupGate, isProven, restoreBackup } from '../../../src/cutover/backup/index.ts';
import type { BackupRequest } from '../../../src/cutover/backup-gate.ts';
import { openDatabase, openTarget, type Database } from '../../../src/sql/database.ts';
import { freshDatabase, type FreshDatabase } from '../../support/fresh-database.ts';

describe('the backup gate', () => {
  let fresh: FreshDatabase;
  let database: Database;
  let folder: string;
  let gate: DiskBackupGate;
  let request: BackupRequest;

  beforeEach(async () => {
    fresh = await freshDatabase();
    database = await openDatabase(fresh.url);
    folder = await mkdtemp(path.join(tmpdir(), 'carryover-backups-'));
    gate = new DiskBackupGate(new BackupCatalogue(folder));
    request = { database, instance: 'dev', purpose: { system: 'stamps', planHash: 'p1' } };
    await sql`create table members (id integer primary key, name varchar(40), points integer not null)`.execute(
      database.handle,
    );
    await sql`insert into members values (1, 'a', 3), (2, null, 5)`.execute(database.handle);
  });

  afterEach(async () => {
    await gate.release();
    await database.close();
    await fresh.drop();
    await rm(folder, { recursive: true });
  });

  it('T-27: proves a backup by restoring it, and says how long the restore took', async () => {
    const proven = await gate.prepare(request);
    expect(proven).toMatchObject({ state: 'proven', instance: 'dev' });
    expect(proven.fingerprint.tables.map(({ name, rows }) => ({ name, rows }))).toEqual([
      { name: 'members', rows: 2n },
    ]);
    expect(proven.restoreSeconds).toBeGreaterThan(0);
    expect((await gate.latestProven(request))?.id).toBe(proven.id);
  });

  it('hands a scratch copy to the rehearsal, which the live database never sees, and drops it', async () => {
    const proven = await gate.prepare(request);
    const seen = await gate.withScratchCopy(request, proven, async (copy) => {
      expect(copy.target.database).not.toBe(database.target.database);
      await sql`delete from members where id = 1`.execute(copy.handle);
      return count(copy);
    });
    expect([seen, await count(database)]).toEqual([1n, 2n]);
    expect(await database.dialect.backup.leftoverScratch(database.target)).toEqual([]);
    expect(await gate.withScratchCopy(request, proven, count)).toBe(2n);
  });

  it('drops the scratch copy when the rehearsal fails, and throws the failure as it came', async () => {
    const proven = await gate.prepare(request);
    await expect(gate.withScratchCopy(request, proven, async () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(await database.dialect.backup.leftoverScratch(database.target)).toEqual([]);
  });

  it('removes the scratch copy of an earlier run that was killed', async () => {
    await database.dialect.backup.createScratch(database.target, 'proof');
    await gate.prepare(request);
    await gate.release();
    expect(await database.dialect.backup.leftoverScratch(database.target)).toEqual([]);
  });

  it('does not call an empty database proven', async () => {
    await sql`delete from members`.execute(database.handle);
    await expect(gate.prepare(request)).rejects.toMatchObject({ code: 'BACKUP_NOT_PROVEN' });
    expect((await gate.catalogue.list('dev')).map(({ backup }) => backup.state)).toEqual(['taken']);
  });

  it('does not trust a file that was changed after it was written', async () => {
    const proven = await gate.prepare(request);
    await appendFile(proven.file, 'x');
    expect(await gate.latestProven(request)).toBeUndefined();
    await gate.release();
    await expect(gate.withScratchCopy(request, proven, count)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    await expect(
      restoreBackup({ catalogue: gate.catalogue, database, instance: 'dev', id: proven.id }),
    ).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  });

  it('T-27: keeps every backup under a name of its own and no secret in a manifest', async () => {
    const ids = [(await gate.prepare(request)).id, (await gate.prepare(request)).id];
    expect(new Set(ids).size).toBe(2);
    const password = database.target.password;
    for (const name of await readdir(path.join(folder, 'dev'))) {
      expect(name).not.toMatch(/partial/);
      if (name.endsWith('.json') && password !== undefined)
        expect(await readFile(path.join(folder, 'dev', name), 'utf8')).not.toContain(password);
    }
  });

  it('restores beside the live database, and refuses the live one and one that holds something', async () => {
    const { id } = await gate.prepare(request);
    await sql`update members set points = 0`.execute(database.handle);
    const beside = await restoreBackup({ catalogue: gate.catalogue, database, instance: 'dev', id });
    const restored = await openTarget(database.dialect, beside.target);
    expect(beside.rows).toBe(2n);
    expect(await points(restored)).toBe(8n);
    await restored.close();
    expect(await points(database)).toBe(0n);
    const into = { catalogue: gate.catalogue, database, instance: 'dev', id };
    await expect(restoreBackup({ ...into, into: database.target })).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      details: { found: 'the live database' },
    });
    await expect(restoreBackup({ ...into, into: database.target, allowLive: true })).rejects.toMatchObject({
      details: { found: '1 tables in it' },
    });
    await expect(restoreBackup({ ...into, into: beside.target })).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
    await database.dialect.backup.dropScratch(beside.target);
  });

  it('names the instance of a backup it does not know', async () => {
    await expect(restoreBackup({ catalogue: gate.catalogue, database, instance: 'dev', id: 'x' })).rejects.toThrow(
      /backup "x" of "dev".*carryover backups --instance dev/,
    );
  });

  it('prunes to the newest proven backups and what is newer than they', async () => {
    const first = await gate.take(request);
    const oldest = await gate.prepare(request);
    await gate.prepare(request);
    await gate.prepare(request);
    expect(await gate.catalogue.prune('dev', 4)).toEqual([]);
    const removed = await gate.catalogue.prune('dev', 2);
    const left = (await gate.catalogue.list('dev')).map(({ backup }) => backup);
    expect(left.filter(isProven)).toHaveLength(2);
    expect(removed.map(({ backup }) => backup.id)).toContain(first.id);
    expect(left.map(({ id }) => id)).not.toContain(oldest.id);
    expect((await readdir(path.join(folder, 'dev'))).length).toBe(left.length * 2);
  });
});

async function count(database: Database): Promise<bigint> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from members`.execute(database.handle);
  return rows[0]?.n ?? -1n;
}

async function points(database: Database): Promise<bigint> {
  const { rows } = await sql<{
    n: string;
  }>`select ${database.dialect.expressions.sumText(sql`points`)} as n from members`.execute(database.handle);
  return BigInt(rows[0]?.n ?? '-1');
}
