import type { Instant } from '../../src/base/instant.ts';
import type { AccountState, BalanceAfter, Command, RefusalCode } from '../../src/ledger/types.ts';
import { applyCommand } from './model-effects.ts';
import { judge } from './model-rules.ts';
import { accountsNamed, available, balance, contentOf, held, newWorld, passTime, type World } from './model-world.ts';

/** What the model expects of a command. */
export interface ModelOutcome {
  readonly verdict: RefusalCode | 'posted' | 'replayed';
  readonly after: readonly BalanceAfter[];
}

/**
 * An executable statement of what a ledger does, to compare the kernel with; it shares no code with it. It keeps only the
 * commands that were posted, and to answer anything plays all of them again from the opening of the accounts, unit by
 * unit: each unit of value is a coin that lies in a lot, and what is below zero is a count of missing coins. Slow and plain on
 * purpose. Time must not go backwards, and amounts must be small.
 */
export class LedgerModel {
  readonly #opened: readonly AccountState[];
  readonly #posted: { readonly command: Command; readonly at: bigint }[] = [];

  constructor(opened: readonly AccountState[]) {
    this.#opened = opened;
  }

  execute(command: Command, now: Instant): ModelOutcome {
    const at = now.epochMicros;
    const verdict = judge(this.worldAt(now), command, at);
    if (verdict === 'LEDGER_COMMAND_INVALID') return { verdict, after: [] };
    if (verdict === 'posted') this.#posted.push({ command, at });
    const world = this.worldAt(now);
    const key = verdict === 'posted' || verdict === 'replayed' ? command.key : undefined;
    return { verdict, after: accountsNamed(command).flatMap((id) => numbersAfter(world, id, key)) };
  }

  /** Everything as it is at an instant, with all that is due by then. */
  worldAt(now: Instant): World {
    const world = newWorld(this.#opened);
    for (const { command, at } of this.#posted) {
      passTime(world, at);
      const content = contentOf(command);
      applyCommand(world, command, { at, content });
      passTime(world, at);
    }
    passTime(world, now.epochMicros);
    return world;
  }
}

function numbersAfter(world: World, id: bigint, key: string | undefined): BalanceAfter[] {
  const account = world.get(id);
  if (account === undefined) return [];
  const seq = key === undefined ? undefined : account.keys.get(key)?.seq;
  const entry = seq === undefined ? undefined : account.entries[seq - 1];
  return [
    {
      accountId: id,
      balance: BigInt(entry?.balanceAfter ?? balance(account)),
      held: BigInt(held(account)),
      available: BigInt(available(account)),
      seq: BigInt(seq ?? account.entries.length),
    },
  ];
}
