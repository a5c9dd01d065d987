import { formatActor } from '../../base/actor.ts';
import { canonicalJson, type CanonicalValue } from '../../base/canonical-json.ts';
import type { CloseCommand, FreezeCommand, SetFloorCommand } from '../types.ts';
import { onlyAccount, type Case } from './commands/command-rule.ts';
import { claimKey } from './working-set.ts';

/**
 * Records a change that is no entry, and claims the command's key with it. Written also where nothing changed (freezing a
 * frozen account): the key must be taken, or the same key could mean another command later.
 */
export function appendAudit(
  given: Case<SetFloorCommand | FreezeCommand | CloseCommand>,
  states: { readonly before: CanonicalValue; readonly after: CanonicalValue },
): void {
  const { work, command, contentHash } = given;
  const account = onlyAccount(given);
  work.audit.push({
    accountId: account.id,
    action: command.type,
    key: command.key,
    contentHash,
    actor: formatActor(command.actor),
    reason: command.reason ?? null,
    beforeState: canonicalJson(states.before),
    afterState: canonicalJson(states.after),
    recordedAt: work.now,
  });
  claimKey(account, command.key, contentHash);
}
