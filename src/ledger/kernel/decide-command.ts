import type { BalanceAfter, Command, Outcome } from '../types.ts';
import { accountsNamed } from './accounts-named.ts';
import { commandFlaw } from './command-flaw.ts';
import { ruleOf } from './command-rules.ts';
import type { Case } from './commands/command-rule.ts';
import { counterAccountOf } from './commands/reverse-entry.ts';
import { contentHash } from './content-hash.ts';
import { refuse, type Refusal } from './refusals.ts';
import { takeFreed, touch } from './touch.ts';
import { accountOf, type WorkingAccount, type WorkingSet } from './working-set.ts';

/** Decides one command on what the commands before it left. The checks stand in the order of `RefusalCode`. */
export function decideCommand(work: WorkingSet, command: Command): Outcome {
  const flaw = commandFlaw(command);
  // A command that is invalid in itself names no account one could rely on, so nothing is loaded, touched or told.
  if (flaw !== undefined) return { status: 'refused', ...flaw, after: [] };

  const named = accountsNamed(command);
  const known = named.flatMap((id) => work.accounts.get(id) ?? []);
  const accounts = [...known, ...counterAccounts(work, command)];
  for (const account of accounts) touch(account);

  const answer = (outcome: { status: 'posted' | 'replayed' } | ({ status: 'refused' } & Refusal)): Outcome => {
    const key = outcome.status === 'refused' ? undefined : command.key;
    return { ...outcome, after: known.map((account) => balanceAfter(account, key)) };
  };
  const unknown = named.find((id) => !work.accounts.has(id));
  if (unknown !== undefined) {
    return answer({ status: 'refused', ...refuse('LEDGER_ACCOUNT_UNKNOWN', { accountId: unknown.toString() }) });
  }
  const given: Case<Command> = { work, command, contentHash: contentHash(command), accounts };
  if (isReplay(given)) return answer({ status: 'replayed' });
  const rule = ruleOf(command);
  const refusal = refuseReusedKey(given) ?? refuseByStanding(accounts, rule.whileFrozen) ?? rule.check(given);
  if (refusal !== undefined) return answer({ status: 'refused', ...refusal });

  // From here on the command must succeed: nothing below may refuse or throw.
  rule.apply(given);
  for (const account of accounts) takeFreed(account);
  return answer({ status: 'posted' });
}

/** Undoing one leg of a transfer undoes the other, so the account of the other leg is concerned as if it were named. */
function counterAccounts(work: WorkingSet, command: Command): WorkingAccount[] {
  const account = command.type === 'reverse' ? work.accounts.get(command.accountId) : undefined;
  if (command.type !== 'reverse' || account === undefined) return [];
  const entry = account.entries.get(command.seq);
  const counterAccountId = entry === undefined ? undefined : counterAccountOf(entry);
  return counterAccountId === undefined ? [] : [accountOf(work, counterAccountId)];
}

/** A replay is known by its content on every account it concerns; each of them had the key claimed when it was posted. */
function isReplay({ accounts, command, contentHash: hash }: Case<Command>): boolean {
  return accounts.every((account) => account.usedKeys.get(command.key)?.contentHash === hash);
}

function refuseReusedKey({ accounts, command }: Case<Command>): Refusal | undefined {
  const taken = accounts.find((account) => account.usedKeys.has(command.key));
  return taken === undefined ? undefined : refuse('LEDGER_KEY_REUSED', { accountId: taken.id.toString() });
}

/** Authority before status: what a legacy account's status means is not the ledger's to say. */
function refuseByStanding(
  accounts: readonly WorkingAccount[],
  whileFrozen: 'allowed' | 'refused',
): Refusal | undefined {
  const legacy = accounts.find((account) => account.authority === 'legacy');
  if (legacy !== undefined) return refuse('LEDGER_AUTHORITY_LEGACY', { accountId: legacy.id.toString() });
  const closed = accounts.find((account) => account.status === 'closed');
  if (closed !== undefined) return refuse('LEDGER_ACCOUNT_CLOSED', { accountId: closed.id.toString() });
  const frozen = whileFrozen === 'allowed' ? undefined : accounts.find((account) => account.status === 'frozen');
  if (frozen !== undefined) return refuse('LEDGER_ACCOUNT_FROZEN', { accountId: frozen.id.toString() });
  return undefined;
}

/**
 * An account's numbers to answer with. Where the command's key names an entry, balance and seq are that entry's, both when
 * it is posted and when it is replayed, so that the two answers agree; held and available are those of now.
 */
function balanceAfter(account: WorkingAccount, key: string | undefined): BalanceAfter {
  const used = key === undefined ? undefined : account.usedKeys.get(key);
  return {
    accountId: account.id,
    balance: used?.balanceAfter ?? account.balance,
    held: account.held,
    available: account.balance - account.held,
    seq: used?.seq ?? account.seq,
  };
}
