// Holds locks as another process of the application would, until its input is closed. Usage:
// node lock-child.ts <database url> <cutover | legacy>
// `cutover` is the row that every write of a run needs; `legacy` a table that every chunk reads. An embedded database has one lock.

import { once } from 'node:events';
import BetterSqlite3 from 'better-sqlite3';
import { sql } from 'kysely';
import { openDatabase } from '../../src/sql/database.ts';

const [url = '', what = ''] = process.argv.slice(2);

/** Says that the locks are held, and waits for the end of the input. */
async function hold(): Promise<void> {
  process.stdout.write('locked\n');
  process.stdin.resume();
  await once(process.stdin, 'end');
}

if (url.startsWith('sqlite:')) {
  const file = new BetterSqlite3(url.slice('sqlite:'.length));
  file.exec('begin exclusive');
  await hold();
  file.exec('commit');
  file.close();
} else {
  const database = await openDatabase(url, { poolMax: 1 });
  if (what === 'cutover') {
    await database.write(async (trx) => {
      await sql`update ${sql.table('carryover_cutovers')} set pause_reason = 'locked'`.execute(trx);
      await hold();
      await sql`update ${sql.table('carryover_cutovers')} set pause_reason = null`.execute(trx);
    });
  } else if (url.startsWith('postgres:')) {
    await database.write(async (trx) => {
      await sql`lock table stamps in access exclusive mode`.execute(trx);
      await hold();
    });
  } else {
    await database.handle.connection().execute(async (session) => {
      await sql.raw('lock tables stamps write').execute(session);
      await hold();
      await sql.raw('unlock tables').execute(session);
    });
  }
  await database.close();
}
