import { sql } from 'kysely';
import type { StageName } from '../cutover-state.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import { RowsMeter } from '../progress.ts';
import { checkLease } from '../record/lease.ts';
import { patiently } from '../run/passing-failure.ts';
import { readWhole } from '../run/read-whole.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { compareScope, Differences, findExtraAccounts } from '../verify/compare-accounts.ts';
import type { AccountComparison, AccountDifference } from '../verify/verification.ts';
import { readKey } from '../walk.ts';
import { drainMarks } from './drain-marks.ts';
import { readSettled, settledLooks } from './settled-looks.ts';
import { markedKeys, onlyFollowed } from './unsettled.ts';

/** Keys looked at again at once. */
const KEYS_PER_LOOK = 500;
/** Differing accounts that are derived anew. Where there are more, something is wrong that no second look mends. */
const SUSPECTS_MAX = 10_000;
/** How often keys that are written all the time are looked at again; what is left then is told as in flight. */
const LOOKS_MAX = 5;

/** What a sweep found. */
export interface Sweep extends AccountComparison {
  /** Accounts that were written in each moment they were looked at, so that nothing could be said of them. */
  readonly inFlight: bigint;
  /**
   * Accounts that differed although no mark named them, and were equal after they had been derived anew: writes that no trigger saw.
   * Each is repaired, and tells that something writes past the triggers.
   */
  readonly unseen: readonly AccountDifference[];
}

/**
 * Compares every account under legacy authority with what legacy expects while legacy is written to, without trusting the marks: look by
 * look, each on one snapshot, leaving out what is marked in that very snapshot. What was left out is followed and looked at again. An
 * account that differs is marked by hand, derived anew and looked at once more; one that still differs is named.
 */
export async function sweepAccounts(run: CutoverRun, stage: StageName): Promise<Sweep> {
  const { system } = run.context;
  const { parts } = left('the legacy schema', run.legacy);
  const found = new Differences(SUSPECTS_MAX);
  const meter = new RowsMeter(stage, undefined);
  let again = new Set<string>();
  let compared = 0n;
  // Followed as it goes, or what is left out would grow with every look.
  await drainMarks(run, stage);
  for await (const look of settledLooks(run)) {
    await patiently(run, stage, () =>
      look.read(async (handle, source) => {
        const marked = await markedKeys(handle, { parts, system: system.name, scope: look.range });
        for (const key of marked) again.add(key);
        const counts = await compareScope({ run, handle, source, passesOverDecided: true }, found);
        compared += counts.compared;
      }),
    );
    run.emit(meter.at(compared));
    await drainMarks(run, stage);
  }
  await readSettled(run, (handle, source) =>
    findExtraAccounts({ run, handle, source, passesOverDecided: true }, found),
  );
  const suspected = found.named;
  if (suspected.length > 0) for (const key of await markByHand(run, suspected)) again.add(key);
  const stillFound = new Differences(run.limits.namedAccountsMax);
  for (let looks = 1; again.size > 0 && looks <= LOOKS_MAX; looks += 1) {
    await drainMarks(run, stage);
    const looked = await lookAgain(run, [...again], stillFound);
    compared += looked.compared;
    again = looked.again;
  }
  const inFlight = again.size === 0 ? 0n : await countAccounts(run, [...again]);
  const still = new Set(stillFound.named.map(nameOf));
  const unseen = suspected.filter((difference) => !still.has(nameOf(difference)));
  const different = stillFound.count + (found.count - BigInt(suspected.length));
  return { compared, different, named: stillFound.named, inFlight, unseen };
}

const nameOf = ({ kind, owner }: AccountDifference): string => `${kind}\n${owner}`;

/** Compares named keys, and returns those that were being written. */
async function lookAgain(
  run: CutoverRun,
  keys: readonly string[],
  differences: Differences,
): Promise<{ readonly compared: bigint; readonly again: Set<string> }> {
  const { system } = run.context;
  const { parts } = left('the legacy schema', run.legacy);
  const followed = onlyFollowed(parts, system.name);
  const again = new Set<string>();
  let compared = 0n;
  for (let start = 0; start < keys.length; start += KEYS_PER_LOOK) {
    const scope = {
      keys: keys.slice(start, start + KEYS_PER_LOOK).map((key) => readKey(parts.walk, key) as bigint | string),
    };
    await run.reader.read(async (handle) => {
      for (const key of await markedKeys(handle, { parts, system: system.name, scope })) again.add(key);
      const looked = { run, handle, source: legacySource(followed, scope), passesOverDecided: true };
      const counts = await compareScope(looked, differences);
      await findExtraAccounts(looked, differences);
      compared += counts.compared;
    });
  }
  return { compared, again };
}

/** Marks accounts as if they had been written, so that they are derived anew. Returns their keys. */
async function markByHand(run: CutoverRun, accounts: readonly AccountDifference[]): Promise<readonly string[]> {
  const { database, system } = run.context;
  const { parts } = left('the legacy schema', run.legacy);
  const { expressions: e, statements } = database.dialect;
  const wanted = statements.rows('r', {
    columns: { kind: 'text', owner: 'text' },
    rows: accounts.map(({ kind, owner }) => [kind, owner]),
  });
  const source = legacySource(parts, WHOLE);
  // An account that the ledger lacks is looked up in legacy, one that legacy lacks in the ledger.
  const named = sql<{
    walk_key: string;
    owner: string;
  }>`select r.owner as owner, max(coalesce(a.walk_key, ${e.text(sql`q.walk_key`)})) as walk_key
    from ${wanted}
    left join ${sql.table('carryover_accounts')} as a on a.system_name = ${system.name} and a.kind = r.kind and a.owner = r.owner
    left join (${system.accounts(source)}) as q on q.kind = r.kind and ${e.text(sql`q.owner`)} = r.owner
    group by r.owner`;
  const { rows } = await readWhole(run, named);
  const marks = rows.filter(({ walk_key: key }) => key !== null);
  if (marks.length === 0) return [];
  await database.write(async (trx) => {
    await checkLease(database, trx, left('the lease', run.lease));
    const columns = { system_name: 'text', walk_key: 'text', owner: 'text' } as const;
    await statements.insertRows(trx, 'carryover_marks', {
      columns,
      rows: marks.map(({ walk_key: key, owner }) => [system.name, key, owner]),
    });
  });
  return marks.map((mark) => mark.walk_key);
}

async function countAccounts(run: CutoverRun, keys: readonly string[]): Promise<bigint> {
  const { database, system } = run.context;
  const wanted = database.dialect.statements.rows('r', {
    columns: { walk_key: 'text' },
    rows: keys.map((key) => [key]),
  });
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_accounts')} as a
    join ${wanted} on r.walk_key = a.walk_key where a.system_name = ${system.name} and a.authority = 'legacy'`.execute(
    run.reader.handle,
  );
  return rows[0]?.n ?? 0n;
}
