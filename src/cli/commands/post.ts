import { userInfo } from 'node:os';
import { Instant } from '../../base/instant.ts';
import { createLedger } from '../../ledger/ledger.ts';
import type { PostCommand } from '../../ledger/types.ts';
import type { DefineCommand } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { findAccount } from '../ledger/find-account.ts';
import { onLedger, readAmount } from '../ledger/on-ledger.ts';
import { renderAmount } from '../render/render-numbers.ts';

interface PostOptions {
  readonly amount: string;
  readonly key: string;
  readonly reason: string;
  readonly contra: string;
  readonly occurredAt?: string;
  readonly actor?: string;
}

/** `carryover post`: an adjustment by hand, with a key and a reason. The account's floor and authority hold for it as for any other. */
export const definePost: DefineCommand = (program, bind) => {
  const command = program
    .command('post')
    .description('post an adjustment on an account by hand; the same key with the same content posts once')
    .argument('<kind>', 'kind of the account, such as sessions')
    .argument('<owner>', 'its owner, such as 12:3')
    .requiredOption('--amount <amount>', "in the unit's decimals, such as 2 or -12.50; negative takes away")
    .requiredOption('--key <key>', 'names this adjustment; a repeated call under it is answered, not posted again')
    .requiredOption('--reason <text>', 'why, kept with the entry for ever')
    .option('--contra <name>', 'the other side', 'adjustments')
    .option('--occurred-at <instant>', 'when it happened, where not now')
    .option('--actor <id>', 'who does it, for the entry (default: the user of this machine)');
  bind<PostOptions>(command, (run, options, [kind = '', owner = '']) =>
    onLedger(run, { mayDefault: false }, async (on) => {
      const account = await findAccount(
        { database: on.database, handle: on.database.handle },
        { system: on.system, kind, owner },
      );
      const amount = readAmount(options.amount, account.unit, on.units);
      const unit = on.units.get(account.unit);
      const what = `post ${renderAmount(amount, unit)} ${account.unit} on ${kind} ${owner} of "${on.instance}" (${on.database.target.shown})`;
      if (!(await isConfirmed(run, what))) return EXIT.refused;
      const ledger = createLedger(on.database);
      try {
        const [outcome] = await ledger.executeOrThrow([postCommand(account.id, amount, options)]);
        const after = outcome?.after[0];
        run.output.data({ instance: on.instance, status: outcome?.status, after });
        run.output.line(
          `${outcome?.status === 'replayed' ? 'Posted before under this key' : 'Posted'}: entry ${after?.seq ?? 0n}, balance ${renderAmount(after?.balance ?? 0n, unit)} ${account.unit}.`,
        );
        return EXIT.done;
      } finally {
        await ledger.close();
      }
    }),
  );
};

function postCommand(accountId: bigint, amount: bigint, options: PostOptions): PostCommand {
  return {
    type: 'post',
    accountId,
    amount,
    key: options.key,
    kind: 'adjustment',
    contra: options.contra,
    reason: options.reason,
    actor: { kind: 'person', id: options.actor ?? userInfo().username },
    ...(options.occurredAt === undefined ? {} : { occurredAt: Instant.parse(options.occurredAt) }),
  };
}
