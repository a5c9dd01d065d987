import { expect, test } from 'vitest';
import { freshDatabase, testEngine } from '../../support/fresh-database.ts';
import { FULL_LOAD, loadUnderKills, type LoadSize } from '../../support/http/load-under-kills.ts';
import { canStartServer, startOwnServer } from '../../support/servers.ts';

/** What every run of the tests can afford. `CARRYOVER_LOAD=full` has the whole. */
const SMALL_LOAD: LoadSize = { clients: 50, accounts: 10, end: { postsEach: 40 } };
const size = process.env['CARRYOVER_LOAD'] === 'full' ? FULL_LOAD : SMALL_LOAD;

test(
  'clients who repeat what is not answered lose nothing and post nothing twice, though the server and then its database are killed under them',
  { timeout: 400_000 },
  async () => {
    // A database of its own that may be killed, and that waits for the disk: another may lose what it said was committed.
    const engine = canStartServer(testEngine()) ? await startOwnServer(testEngine(), 'benches') : undefined;
    const fresh = engine === undefined ? await freshDatabase() : await freshDatabase(engine.url);
    try {
      const found = await loadUnderKills({ url: fresh.url, engine }, size);
      expect(found).toMatchObject({ lost: 0, doubled: 0, breaches: 0, exitCode: 0 });
      expect(found.accepted).toBeGreaterThanOrEqual(
        'postsEach' in size.end ? size.clients * size.end.postsEach : 1_000,
      );
      // Kills that nobody noticed would prove nothing.
      expect(found.retries).toBeGreaterThan(0);
    } finally {
      await fresh.drop();
      await engine?.stop();
    }
  },
);
