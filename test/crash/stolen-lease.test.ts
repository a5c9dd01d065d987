import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLease, type Lease } from '../../src/cutover/record/lease.ts';
import { cutoverStatus, runCutover } from '../../src/cutover/index.ts';
import { openDatabase } from '../../src/sql/database.ts';
import { assumedBackup } from '../support/assumed-backup.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { failureOf } from '../support/failure-of.ts';
import { CRASH_LIMITS } from './crash-limits.ts';
import { ledgerContent } from './ledger-content.ts';
import { startFrozenChild } from './run-child.ts';

const SUBJECT = { instance: 'test', system: 'stamps' };
const LIMITS = { ...CRASH_LIMITS, leaseTtlMs: 60_000 };

let cafe: Cafe;
beforeEach(async () => {
  cafe = await openCafe({ members: 45, stampsPerMember: 3 });
});
afterEach(() => cafe.close());

test('a lease stolen in the middle of a chunk is had when that chunk is committed, and stops the runner before its next', async () => {
  const thief = await openDatabase(cafe.url, { poolMax: 2 });
  try {
    const { system } = cafe.context();
    let asked = 0;
    let stolen: Promise<Lease> | undefined;
    const copies = system.copies.map((copy) => ({
      ...copy,
      select: (source: Parameters<typeof copy.select>[0]) => {
        // The plan asks for the query too; while a chunk does, its transaction holds the cutover's row.
        if (asked === 1) stolen ??= acquireLease(thief, { ...SUBJECT, holder: 'thief', ttlMs: 60_000, takeover: true });
        return copy.select(source);
      },
    }));
    const throttle = async (): Promise<undefined> => {
      asked += 1;
      await stolen;
    };
    const error = await failureOf(
      cafe.migrate({ holder: 'old', limits: LIMITS, system: { ...system, copies }, throttle }),
    );
    expect(await stolen).toMatchObject({ holder: 'thief', epoch: 2n });
    expect(error).toMatchObject({ code: 'CUTOVER_LEASE_LOST', details: { epoch: '1' } });
    const chunks = await cafe.rows(sql`select step, epoch from ${sql.table('carryover_journal')}
      where step like 'chunk %'`);
    expect(chunks).toEqual([{ step: 'chunk 1', epoch: 1n }]);
    expect(await cutoverStatus(cafe.database, SUBJECT)).toMatchObject({ runner: { holder: 'thief', alive: true } });
  } finally {
    await thief.close();
  }
});

test('a second process is refused while the first stands still, may take over, and the first changes nothing when it wakes', async () => {
  const frozen = await startFrozenChild({ url: cafe.url, folder: cafe.folder });
  try {
    const second = { backup: assumedBackup(), holder: 'second', limits: LIMITS };
    expect(await failureOf(runCutover(cafe.context(second)))).toMatchObject({ code: 'CUTOVER_LEASE_HELD' });
    const report = await runCutover(cafe.context(second), { takeover: true });
    expect(report.verification?.accounts).toMatchObject({ compared: 90n, different: 0n });
    const journal = sql`select count(*) as n, max(epoch) as epoch from ${sql.table('carryover_journal')}`;
    const before = [await ledgerContent(cafe.database), await cafe.rows(journal)];

    const end = await frozen.wake();
    expect(end, end.stderr).toMatchObject({ code: 1, stderr: expect.stringContaining('CUTOVER_LEASE_LOST') });
    expect([await ledgerContent(cafe.database), await cafe.rows(journal)]).toEqual(before);
    expect(await cutoverStatus(cafe.database, SUBJECT)).toMatchObject({ run: { stage: 'verify', state: 'done' } });
  } finally {
    frozen.kill();
  }
});
