import { crashPoint } from '../crash-points.ts';
import { carryFirst } from './carry-first.ts';
import type { Chunk } from './chunk.ts';
import { postFacts, type PostedFacts } from './post-facts.ts';
import { stageCopies, writeCopies } from './run-copies.ts';
import { stageFound } from './stage-found.ts';
import { stageShared } from './stage-shared.ts';
import { stageAccounts, stageWanted } from './stage-accounts.ts';

/** What became of the accounts of some walk keys. */
export interface CarriedScope extends PostedFacts {
  readonly accounts: bigint;
}

/** Brings the accounts that legacy gives for the chunk's keys up to what it says now: accounts, entries, balances, copies. */
export async function carryScope(chunk: Chunk): Promise<CarriedScope> {
  const staged = await stageShared(chunk);
  const carried = await carryAccounts(staged);
  await writeCopies(staged);
  return carried;
}

async function carryAccounts(chunk: Chunk): Promise<CarriedScope> {
  const wanted = await stageWanted(chunk);
  // Lots are credited by the ledger's kernel, to accounts that it finds.
  const isFirst = wanted.accounts > 0n && wanted.known === 0n && wanted.lotted === 0n;
  await stageFound(chunk);
  if (isFirst) {
    const carried = await carryFirst(chunk);
    await stageCopies(chunk);
    return { accounts: wanted.accounts, ...carried };
  }
  const accounts = await stageAccounts(chunk, wanted);
  crashPoint('backfill:chunk:accounts-inserted');
  await stageCopies(chunk);
  const posted = await postFacts(chunk, accounts);
  crashPoint('backfill:chunk:entries-posted');
  return { accounts: accounts.accounts, ...posted };
}
