import type { Ledger } from '../../src/ledger/ledger.ts';
import type { AccountSpec } from '../../src/ledger/store/open-accounts.ts';
import type { Command, Outcome, PostCommand } from '../../src/ledger/types.ts';
import { accountSpec, tester } from './open-test-ledger.ts';

let made = 0;

/** Opens accounts nobody else uses and returns their ids in the order of the specs. */
export async function openNew(
  ledger: Ledger,
  ...others: readonly Partial<Omit<AccountSpec, 'ref'>>[]
): Promise<bigint[]> {
  const specs = (others.length === 0 ? [{}] : others).map((other) =>
    accountSpec(`owner-${process.pid}-${(made += 1)}`, other),
  );
  return (await ledger.openAccounts(specs)).map((account) => account.id);
}

/** A post, `payments` where it credits and `usage` where it debits, unless said otherwise. */
// oxlint-disable-next-line max-params -- Account, amount and key are what every test says of a post.
export function post(accountId: bigint, amount: bigint, key: string, other: Partial<PostCommand> = {}): PostCommand {
  const side = amount > 0n ? { kind: 'payment', contra: 'payments' } : { kind: 'usage', contra: 'usage' };
  return { type: 'post', actor: tester, accountId, amount, key, ...side, ...other };
}

/** What became of commands, in a word each: a status, or the code of a refusal. */
export function words(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) => (outcome.status === 'refused' ? outcome.code : outcome.status));
}

/** Executes one command and gives its outcome in a word. */
export async function wordOf(ledger: Pick<Ledger, 'execute'>, command: Command): Promise<string | undefined> {
  return words(await ledger.execute([command]))[0];
}

/** The balance of an account as the last outcome told it. */
export function balanceAfter(outcome: Outcome | undefined): bigint | undefined {
  return outcome?.after[0]?.balance;
}
