import type { Actor } from '../../../base/actor.ts';
import type { PostCommand } from '../../../ledger/types.ts';
import { usageKey } from '../queries/find-charge.ts';
import type { Charge } from './read-charge.ts';

/** The command that takes a source's charge of more than nothing from an account, once per source (U-44). */
export function usageCommand(
  { accountId, actor }: { readonly accountId: bigint; readonly actor: Actor },
  { sourceId, amount, details }: { readonly sourceId: string } & Pick<Charge, 'amount' | 'details'>,
): PostCommand {
  return {
    type: 'post',
    accountId,
    amount: -amount,
    kind: 'usage',
    contra: 'usage',
    key: usageKey(sourceId),
    actor,
    details: { source: sourceId, wanted: amount.toString(), ...details },
  };
}
