import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';
import { INT64_MAX, INT64_MIN } from '../../base/int64.ts';
import { BreachList } from './breach-list.ts';
import { checkAccounts } from './check-accounts.ts';
import { checkAppendOnly } from './check-append-only.ts';
import { checkAudit, checkAuditWithoutAccount } from './check-audit.ts';
import { checkReversals, checkTransfers } from './check-counterparts.ts';
import { checkEntries } from './check-entries.ts';
import { checkEntryHashes } from './check-entry-hashes.ts';
import { checkFloors } from './check-floors.ts';
import { checkHoldHashes } from './check-hold-hashes.ts';
import { checkHolds } from './check-holds.ts';
import { checkDraws, checkLotMoves, checkLots } from './check-lots.ts';
import type { LedgerVerification, UnitSums, VerifyLedgerOptions } from './ledger-verification.ts';
import type { AccountRange, RangeSession } from './range-session.ts';
import { addUnits, sumUnits, type RangeSums } from './sum-units.ts';

/**
 * Accounts in one range. Fewer cost a dozen statements too often; more hold one snapshot for longer, which keeps a server from clearing
 * away old rows. 100,000 entries take about a second on a busy machine of two cores (PostgreSQL 15, 2026-11).
 */
const RANGE_ACCOUNTS = 2_000;

/** Entries in one range, unless one account alone has more: what a sort of them may take in memory. */
const RANGE_ENTRIES_MAX = 100_000n;

/** Breaches named. More than a person reads, few enough to print. */
const BREACHES_MAX = 100;

/**
 * Holds what the ledger stored to the ledger's own rules, by paths that share nothing with its posting but how content is hashed. Reads
 * only, by ranges of accounts, each on one snapshot, so that it runs beside posting, in constant memory, and holds no lock. What it cannot know, because
 * nothing else stored says it again, is listed with its test. Throws the signal's reason, or what went wrong with the database.
 */
export async function verifyLedger(database: Database, options: VerifyLedgerOptions = {}): Promise<LedgerVerification> {
  const { system, breachesMax = BREACHES_MAX, contentHashes = true, appendOnly = true } = options;
  const breaches = new BreachList(breachesMax);
  let [accounts, entries, units]: [bigint, bigint, readonly UnitSums[]] = [0n, 0n, []];
  if (appendOnly) await checkAppendOnly(database, breaches);
  for await (const range of accountRanges(database, options)) {
    options.signal?.throwIfAborted();
    // A retried transaction starts over, so what it found is kept apart until it is done.
    const { found, sums } = await database.read(async (trx) => {
      const own = new BreachList(breaches.namesLeft);
      const session: RangeSession = { database, trx, range, system, breaches: own };
      await database.dialect.statements.preferIndexes(trx);
      await database.dialect.statements.planForBulk(trx);
      return { found: own, sums: await verifyRange(session, contentHashes) };
    });
    breaches.append(found);
    accounts += sums.accounts;
    entries += sums.entries;
    units = addUnits(units, sums.units);
    options.onProgress?.({ accounts, entries, breaches: breaches.count });
  }
  await checkAuditWithoutAccount(database, system, breaches);
  const outcome = breaches.count > 0n ? 'breached' : accounts === 0n ? 'nothing-to-check' : 'clean';
  return { outcome, accounts, entries, breaches: breaches.named, breachesCount: breaches.count, units };
}

/** Accounts first, because what is wrong in their sums is what people look for. */
async function verifyRange(session: RangeSession, contentHashes: boolean): Promise<RangeSums> {
  await checkAccounts(session);
  await checkEntries(session);
  await checkTransfers(session);
  await checkReversals(session);
  await checkHolds(session);
  await checkLots(session);
  await checkDraws(session);
  await checkLotMoves(session);
  await checkFloors(session);
  await checkAudit(session, contentHashes);
  if (contentHashes) {
    await checkEntryHashes(session);
    await checkHoldHashes(session);
  }
  return sumUnits(session);
}

/** Ranges that cover every 64-bit id, cut behind accounts so that none holds too many accounts or entries. */
async function* accountRanges(database: Database, options: VerifyLedgerOptions): AsyncGenerator<AccountRange> {
  const { system, rangeAccounts = RANGE_ACCOUNTS } = options;
  const ofSystem = system === undefined ? sql`` : sql`and system_name = ${system}`;
  let idMin = INT64_MIN;
  for (;;) {
    const { rows } = await sql<{ id: bigint; seq: bigint }>`select id, seq from ${sql.table('carryover_accounts')}
      where id >= ${idMin} ${ofSystem} order by id limit ${sql.lit(rangeAccounts)}`.execute(database.handle);
    let entries = 0n;
    let last = 0;
    // An account's seq is its number of entries, unless it is damaged; then a range is only longer or shorter than meant.
    while (last < rows.length && (last === 0 || entries + (rows[last]?.seq ?? 0n) <= RANGE_ENTRIES_MAX)) {
      entries += rows[last]?.seq ?? 0n;
      last += 1;
    }
    const isLast = last === rows.length && rows.length < rangeAccounts;
    const idMax = isLast ? INT64_MAX : (rows[last - 1]?.id ?? INT64_MAX);
    yield { idMin, idMax };
    if (idMax === INT64_MAX) return;
    idMin = idMax + 1n;
  }
}
