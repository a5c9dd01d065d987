import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cutoverStatus } from '../../src/cutover/index.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';
import { testEngine } from '../support/fresh-database.ts';
import { canStartServer, startOwnServer, type OwnServer } from '../support/servers.ts';
import { afterFirstChunk } from './after-first-chunk.ts';
import { CRASH_LIMITS } from './crash-limits.ts';
import { ledgerContent } from './ledger-content.ts';

const SIZE = { members: 45, stampsPerMember: 3 };
const LIMITS = { ...CRASH_LIMITS, leaseTtlMs: 60_000 };

// Needs a server that may be ended: one of its own.
describe.runIf(canStartServer(testEngine()))('a server that restarts while a run is under way', () => {
  let server: OwnServer;
  let expected: unknown;
  let cafe: Cafe;

  beforeAll(async () => {
    server = await startOwnServer(testEngine());
    const whole = await openCafe(SIZE);
    await whole.migrate({ limits: LIMITS });
    expected = await ledgerContent(whole.database);
    await whole.close();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    cafe = await openCafe(SIZE, { serverUrl: server.url });
  });
  afterEach(() => cafe.close());

  async function expectWholeRun(): Promise<void> {
    const chunks = await cafe.rows(sql<{ step: string }>`select step from ${sql.table('carryover_journal')}
      where step like 'chunk %' order by seq`);
    expect(chunks.map(({ step }) => step)).toEqual(chunks.map((_chunk, index) => `chunk ${index + 1}`));
    expect(await ledgerContent(cafe.database)).toEqual(expected);
    expect(await cutoverStatus(cafe.database, { instance: 'test', system: 'stamps' })).toMatchObject({
      run: { stage: 'verify', state: 'done' },
    });
  }

  test('between two chunks, in order, is waited for, and the run ends verified', async () => {
    await cafe.migrate({ limits: LIMITS, ...afterFirstChunk(() => server.restart()) });
    await expectWholeRun();
  });

  test('in the middle of a chunk, by a crash, makes the run do that chunk again, once', async () => {
    const { system } = cafe.context();
    const reasons: string[] = [];
    let asked = 0;
    let back: Promise<void> | undefined;
    const copies = system.copies.map((copy) => ({
      ...copy,
      select: (source: Parameters<typeof copy.select>[0]) => {
        // The plan asks for the query too; the second chunk does when its accounts and entries are posted, and not committed.
        if (asked === 2) back ??= server.kill('SIGKILL').then(() => server.restart());
        return copy.select(source);
      },
    }));
    await cafe.migrate({
      limits: LIMITS,
      system: { ...system, copies },
      throttle: async () => void (asked += 1),
      onProgress: (event) => {
        if (event.type === 'waiting') reasons.push(event.reason);
      },
    });
    await back;
    expect(reasons.length).toBeGreaterThan(0);
    await expectWholeRun();
  });

  test('after the last chunk does not keep verify from its comparison', async () => {
    let isOver = false;
    await cafe.migrate({
      limits: LIMITS,
      onProgress: (event) => {
        if (event.type === 'stage' && event.stage === 'backfill' && event.state === 'completed') isOver = true;
      },
      throttle: async () => {
        if (isOver) await server.restart();
        return undefined;
      },
    });
    await expectWholeRun();
  });
});
