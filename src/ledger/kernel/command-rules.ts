import type { Command } from '../types.ts';
import { captureHold } from './commands/capture-hold.ts';
import { closeAccount } from './commands/close-account.ts';
import type { CommandRule } from './commands/command-rule.ts';
import { freezeAccount } from './commands/freeze-account.ts';
import { grantLot } from './commands/grant-lot.ts';
import { placeHold } from './commands/place-hold.ts';
import { postAmount } from './commands/post-amount.ts';
import { releaseHold } from './commands/release-hold.ts';
import { reverseEntry } from './commands/reverse-entry.ts';
import { setFloor } from './commands/set-floor.ts';
import { transferAmount } from './commands/transfer-amount.ts';
import { voidLot } from './commands/void-lot.ts';

/** The members of Command by their type; freezing and unfreezing are one member. */
type CommandOf<Type extends Command['type']> = Command extends infer Member
  ? Member extends { readonly type: infer Types }
    ? Type extends Types
      ? Member
      : never
    : never
  : never;

const rules: { readonly [Type in Command['type']]: CommandRule<CommandOf<Type> & Command> } = {
  post: postAmount,
  transfer: transferAmount,
  hold: placeHold,
  capture: captureHold,
  release: releaseHold,
  'set-floor': setFloor,
  freeze: freezeAccount,
  unfreeze: freezeAccount,
  close: closeAccount,
  reverse: reverseEntry,
  'grant-lot': grantLot,
  'void-lot': voidLot,
};

/** The rule of a command whose form was checked. */
export function ruleOf(command: Command): CommandRule<Command> {
  return rules[command.type] as CommandRule<never> as CommandRule<Command>;
}
