import { refusalError } from './kernel/refusal-error.ts';
import type { Command, Outcome } from './types.ts';

/** The outcomes of an all-or-nothing call; its first refusal is thrown as the error of its code. */
export function orThrow(commands: readonly Command[], outcomes: readonly Outcome[]): readonly Outcome[] {
  outcomes.forEach((outcome, index) => {
    const command = commands[index];
    if (outcome.status === 'refused' && command !== undefined) throw refusalError(command, outcome);
  });
  return outcomes;
}
