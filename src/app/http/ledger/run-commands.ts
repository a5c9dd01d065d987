import { CarryoverError, defineError, type ErrorDefinition } from '../../../base/errors.ts';
import type { Principal } from '../../../http/principal.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { refusalError } from '../../../ledger/kernel/refusal-error.ts';
import { findOwners } from '../../../ledger/reads/find-owners.ts';
import type { Command, Outcome } from '../../../ledger/types.ts';
import { commandOf, type CommandBody } from './commands.ts';
import type { LedgerScope } from './ledger-scope.ts';

/** Somebody would move a balance of their own. */
export const ownBalance: ErrorDefinition<{ accountId: string }> = defineError({
  code: 'LEDGER_OWN_BALANCE',
  httpStatus: 403,
  retryable: false,
  summary: 'Nobody may move a balance of their own past the rules of its system.',
  message: ({ accountId }) =>
    `Cannot move account "${accountId}": found the caller to be its owner, against anybody else.`,
  hint: () => 'Let somebody else do it.',
});

/** A command, and the key it has. */
export interface KeyedBody {
  readonly body: CommandBody;
  readonly key: string;
}

/** What became of commands, and the units of the accounts they name. */
export interface RunOutcomes {
  readonly commands: readonly Command[];
  readonly outcomes: readonly Outcome[];
  readonly units: ReadonlyMap<bigint, string>;
}

/**
 * Runs commands of one caller. Throws `LEDGER_ACCOUNT_UNKNOWN` for an account that was never opened, `LEDGER_OWN_BALANCE` for one of the
 * caller's own, `INPUT_INVALID` for an amount that its unit does not have; then none was run. Refusals are outcomes.
 */
export async function runCommands(
  { database, ledger, amounts }: LedgerScope,
  caller: Principal,
  given: { readonly items: readonly KeyedBody[]; readonly atomic: boolean },
): Promise<RunOutcomes> {
  const ids = given.items.flatMap(({ body }) => [
    body.accountId,
    ...(body.toAccountId === undefined ? [] : [body.toAccountId]),
  ]);
  const owners = await findOwners({ database, handle: database.handle }, [...new Set(ids)].map(BigInt));
  for (const id of ids) {
    const found = owners.get(BigInt(id));
    if (found === undefined) {
      throw new CarryoverError(refusalDefinitions.LEDGER_ACCOUNT_UNKNOWN, { attempt: 'run a command', accountId: id });
    }
    if (caller.actor.kind === 'person' && found.owner === caller.actor.id) {
      throw new CarryoverError(ownBalance, { accountId: id });
    }
  }
  const units = new Map([...owners].map(([id, { unit }]) => [id, unit]));
  const commands = given.items.map(({ body, key }) =>
    commandOf(body, { key, actor: caller.actor, unit: units.get(BigInt(body.accountId)) ?? '', amounts }),
  );
  return { commands, outcomes: await ledger.execute(commands, { atomic: given.atomic }), units };
}

/** The outcome of the only command. Throws the error of its refusal. */
export function onlyOutcome({ commands, outcomes }: RunOutcomes): Outcome {
  const [[command], [outcome]] = [commands, outcomes];
  if (command === undefined || outcome === undefined) throw new Error('A command has no outcome.');
  if (outcome.status === 'refused') throw refusalError(command, outcome);
  return outcome;
}
