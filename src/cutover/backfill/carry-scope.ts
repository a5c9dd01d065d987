import { crashPoint } from '../crash-points.ts';
import type { Chunk } from './chunk.ts';
import { postFacts, type PostedFacts } from './post-facts.ts';
import { runCopies } from './run-copies.ts';
import { stageAccounts } from './stage-accounts.ts';

/** What became of the accounts of some walk keys. */
export interface CarriedScope extends PostedFacts {
  readonly accounts: bigint;
}

/** Brings the accounts that legacy gives for the chunk's keys up to what it says now: accounts, entries, balances, copies. */
export async function carryScope(chunk: Chunk): Promise<CarriedScope> {
  const accounts = await stageAccounts(chunk);
  crashPoint('backfill:chunk:accounts-inserted');
  const posted = await postFacts(chunk, accounts);
  crashPoint('backfill:chunk:entries-posted');
  await runCopies(chunk, accounts);
  return { ...posted, accounts: accounts.accounts };
}
