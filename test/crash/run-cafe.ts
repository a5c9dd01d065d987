import { openDatabase } from '../../src/sql/database.ts';
import { rollbackCutover } from '../../src/cutover/rollback/rollback-cutover.ts';
import { runCutover } from '../../src/cutover/run/run-cutover.ts';
import { cafeContext } from '../support/cafe.ts';

/**
 * A process of its own that runs a café's cutover, or its rollback, to be killed at a named point: `URL FOLDER migrate|rollback`. It
 * takes the lease from a runner that was killed, as a person would with --takeover.
 */
const [url = '', folder = '', verb = ''] = process.argv.slice(2);
const database = await openDatabase(url, { poolMax: 4 });
const context = cafeContext(database, folder, { changes: { limits: { chunkKeysFirst: 10, chunkKeysMax: 10 } } });
if (verb === 'rollback') await rollbackCutover(context, { reason: 'a test asked for it', takeover: true });
else await runCutover(context, { takeover: true });
await database.close();
