import { Instant } from '../../base/instant.ts';
import { readBalanceAsOf } from '../../ledger/reads/read-balance-at.ts';
import { readStatement } from '../../ledger/reads/read-statement.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { findAccount } from '../ledger/find-account.ts';
import { onLedger, type OnLedger } from '../ledger/on-ledger.ts';
import { readLimit, readPosition } from '../read-page.ts';
import { renderAmount } from '../render/render-numbers.ts';
import { renderStatement } from '../render/render-statement.ts';

interface StatementOptions {
  readonly asOf?: string;
  readonly limit: string;
  readonly before?: string;
}

interface StatementAsked {
  readonly kind: string;
  readonly owner: string;
  readonly limit: number;
  readonly before: bigint | undefined;
  readonly asOf: Instant | undefined;
}

/** `carryover statement`: every entry behind one balance, with the balance after each. */
export const defineStatement: DefineCommand = (program, bind) => {
  const command = program
    .command('statement')
    .description('list the entries of an account with the balance after each, oldest first')
    .argument('<kind>', 'kind of the account, such as sessions')
    .argument('<owner>', 'its owner, such as 12:3')
    .option('--as-of <instant>', 'the balance as of then, and what had occurred, such as 2026-07-01T00:00:00Z')
    .option('--limit <n>', 'entries of a page, the newest', '40')
    .option('--before <seq>', 'the entries before this one, for the page before');
  bind<StatementOptions>(command, (run, options, [kind = '', owner = '']) => {
    const asked: StatementAsked = {
      kind,
      owner,
      limit: readLimit(run, options.limit),
      before: readPosition(run, '--before', options.before),
      asOf: options.asOf === undefined ? undefined : Instant.parse(options.asOf),
    };
    return onLedger(run, { mayDefault: true, open: { access: 'read-only', poolMax: 2 } }, (on) =>
      tellStatement(run, on, asked),
    );
  });
};

async function tellStatement(run: CommandRun, on: OnLedger, asked: StatementAsked): Promise<number> {
  const { account, balance, page } = await readOn(on, asked);
  const entries = page.entries.toReversed();
  const [{ seq: first } = { seq: 0n }] = entries;
  const unit = on.units.get(account.unit);
  run.output.data({ account, balance, entries, nextBefore: page.nextAfterSeq });
  if (page.nextAfterSeq !== undefined) run.output.line(`Earlier ones with --before ${first}.`);
  for (const line of renderStatement(entries, unit)) run.output.line(line);
  const when = asked.asOf === undefined ? '' : ` as of ${asked.asOf.toString()}`;
  run.output.line(
    `${on.system} ${asked.kind} ${asked.owner}${when}: ${renderAmount(balance, unit)} ${account.unit}, decided by ${account.authority}.`,
  );
  return EXIT.done;
}

/** Page and balance by one snapshot, so that they never tell of two moments. */
function readOn({ database, system }: OnLedger, { kind, owner, limit, before, asOf }: StatementAsked) {
  return database.read(async (trx) => {
    const session = { database, handle: trx };
    const account = await findAccount(session, { system, kind, owner });
    const page = await readStatement(session, {
      accountId: account.id,
      order: 'newest-first',
      limit,
      ...(before === undefined ? {} : { afterSeq: before }),
      // What occurred at that very instant had occurred by then.
      ...(asOf === undefined ? {} : { occurredBefore: Instant.fromEpochMicros(asOf.epochMicros + 1n) }),
    });
    const then = asOf === undefined ? account.balance : await readBalanceAsOf(session, account.id, asOf);
    return { account, page, balance: then ?? 0n };
  });
}
