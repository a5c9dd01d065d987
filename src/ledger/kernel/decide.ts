import type { Instant } from '../../base/instant.ts';
import type { Command } from '../types.ts';
import { collectChanges } from './collect-changes.ts';
import { decideCommand } from './decide-command.ts';
import type { Decision, LedgerSnapshot } from './kernel-types.ts';
import { openWorkingSet } from './working-set.ts';

/**
 * Decides commands in order, each on what the ones before it left, and answers with what to write. Every rule about a
 * balance is behind this function. It reads no clock and no database and leaves its arguments as they are.
 *
 * One outcome per command, in their order; a refused command changes nothing. What touching an account brought to light
 * (expired holds and lots) is written whatever the outcomes. Deciding a list of commands in one batch or in several, each
 * on the applied changes of the one before, gives the same outcomes and the same rows.
 *
 * Throws a plain Error where the snapshot lacks a row that `needs` asked for.
 */
export function decide(snapshot: LedgerSnapshot, commands: readonly Command[], now: Instant): Decision {
  const work = openWorkingSet(snapshot, now);
  const outcomes = commands.map((command) => decideCommand(work, command));
  return { outcomes, changes: collectChanges(work) };
}
