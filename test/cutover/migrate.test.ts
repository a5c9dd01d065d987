import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCutover, type ProgressEvent } from '../../src/cutover/index.ts';
import { openCafe, type Cafe } from '../support/cafe.ts';

let cafe: Cafe;
beforeEach(async () => {
  cafe = await openCafe();
});
afterEach(() => cafe.close());

test('a whole cutover carries every fact with its date, its running balance and its source', async () => {
  const events: ProgressEvent[] = [];
  const report = await runCutover(cafe.context({ onProgress: (event) => events.push(event) }));
  expect(report.verification?.accounts).toMatchObject({ compared: 80n, different: 0n });
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_entries')}`.execute(
    cafe.database.handle,
  );
  console.log(rows, report.seconds, report.verification, events.length);
});
