import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { carryFacts as decideFacts, type CarriedFact } from '../kernel/carry-facts.ts';
import { loadDraws, loadEntries } from './load-entries.ts';
import { loadLots } from './load-lots.ts';
import { lockAccounts } from './lock-accounts.ts';
import type { WriteSession } from './session.ts';
import { writeChanges } from './write-changes.ts';

/**
 * Carries facts of lotted accounts inside the caller's transaction, in their order per account. For a cutover only: the accounts
 * are under legacy authority, and nothing is refused.
 */
export async function carryFacts(session: WriteSession, facts: readonly CarriedFact[]): Promise<void> {
  if (facts.length === 0) return;
  const accountIds = [...new Set(facts.map(({ accountId }) => accountId))].toSorted((a, b) => (a < b ? -1 : 1));
  const locked = await lockAccounts(session, accountIds);
  const carried = facts.flatMap(({ accountId, carriedSeq }) =>
    carriedSeq === null ? [] : [{ accountId, seq: carriedSeq }],
  );
  const snapshot = {
    accounts: locked.map(({ state }) => state),
    lots: await loadLots(session, { accountIds, lotSeqs: carried, entries: carried }),
    entries: await loadEntries(session, carried),
    draws: await loadDraws(session, carried),
    holds: [],
    usedKeys: [],
  };
  const systems = new Map(locked.map(({ state, system }) => [state.id, system]));
  const changes = decideFacts(snapshot, facts, await readNow(session));
  await writeChanges(session, changes, (accountId) => systems.get(accountId) ?? '');
}

async function readNow({ database, handle }: WriteSession): Promise<Instant> {
  const { rows } = await sql<{ now_at: Instant }>`select ${database.dialect.expressions.now()} as now_at`.execute(
    handle,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('The clock returned no row.');
  return row.now_at;
}
