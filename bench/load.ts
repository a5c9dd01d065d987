import { FULL_LOAD, loadUnderKills } from '../test/support/http/load-under-kills.ts';
import { startOwnServer } from '../test/support/servers.ts';
import { openEmptyBenchDatabase } from './bench-database.ts';
import { rounded, type BenchFindings, type BenchScenario, type BenchTarget } from './bench-scenario.ts';

/**
 * 200 clients who post to `carryover serve` for a minute and repeat what is not answered, while first the server and then its database is
 * killed. The database is a server of this scenario's own, since it is killed; SQLite has none, and there only the first is.
 */
export const load: BenchScenario = {
  name: 'load',
  title:
    'posts over HTTP while the server and its database are killed: how long nobody is served, and that nothing is lost',
  run,
};

async function run({ engine: name, say }: BenchTarget): Promise<BenchFindings> {
  const engine = name === 'sqlite' ? undefined : await startOwnServer(name, 'benches');
  try {
    const bench = await openEmptyBenchDatabase(engine?.url ?? '');
    try {
      const found = await loadUnderKills({ url: bench.url, engine, say }, FULL_LOAD);
      const { before, serverKilled, databaseKilled } = found.longestGapMs;
      const figures = {
        clients: FULL_LOAD.clients,
        seconds: rounded(found.seconds),
        accepted: found.accepted,
        perSecond: rounded(found.accepted / found.seconds),
        retries: found.retries,
        gapBeforeMs: rounded(before),
        gapAfterServerKillMs: rounded(serverKilled),
        ...(engine === undefined ? {} : { gapAfterDatabaseKillMs: rounded(databaseKilled) }),
        lost: found.lost,
        doubled: found.doubled,
        verifyBreaches: found.breaches,
      };
      say(JSON.stringify(figures));
      return { ratios: {}, figures };
    } finally {
      await bench.drop();
    }
  } finally {
    await engine?.stop();
  }
}
