import { Option } from 'commander';
import type { Payments } from '../../app/payments/open-payments.ts';
import { paymentsNotConfigured } from '../../app/payments/payment-errors.ts';
import { paymentsOf } from '../../app/payments/payments-of.ts';
import { prepareServing, ServedInstance } from '../../app/served-instance.ts';
import { CarryoverError } from '../../base/errors.ts';
import type { InboxQuery } from '../../payments/inbox/list-inbox.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderTable } from '../render/render-table.ts';

interface ListOptions {
  readonly status?: NonNullable<InboxQuery['status']>;
}

/** `carryover payments`: what the provider told, and having it handled again. */
export const definePayments: DefineCommand = (program, bind) => {
  const payments = program
    .command('payments')
    .description('look at what the provider of payments told, and have it handled again');

  const list = payments
    .command('list')
    .description('list the events of the inbox, newest first')
    .addOption(
      new Option('--status <status>', 'only these').choices(['received', 'processed', 'failed', 'dead', 'ignored']),
    );
  bind<ListOptions>(list, (run, { status }) =>
    onPayments(run, true, async (opened) => {
      const { rows } = await opened.list(status === undefined ? {} : { status });
      run.output.data({ events: rows });
      if (rows.length === 0) run.output.line('No event is like that.');
      const headings = ['event', 'type', 'status', 'attempts', 'error'].map((heading) => ({ heading }));
      const cells = rows.map((row) => [
        row.eventId,
        row.type,
        row.status,
        row.attempts.toString(),
        row.errorCode ?? '',
      ]);
      if (rows.length > 0) for (const line of renderTable(headings, cells)) run.output.line(line);
    }),
  );

  const replay = payments
    .command('replay')
    .description(
      'have an event handled again, or with "dead" every one that was given up; the next pass of the inbox does it',
    )
    .argument('<event>', 'what the provider calls it, such as evt_1; or dead');
  bind(replay, (run, _options, [event = '']) =>
    onPayments(run, false, async (opened) => {
      const count = event === 'dead' ? await opened.replayDead() : await opened.replay(event).then(() => 1n);
      run.output.data({ replayed: count });
      run.output.line(
        `${count} to be handled again by the next pass: "carryover jobs run stripe-inbox", or a service that runs.`,
      );
    }),
  );
};

/** Runs on the provider of an instance. Throws `PAYMENTS_NOT_CONFIGURED`. */
function onPayments(
  run: CommandRun,
  mayDefault: boolean,
  work: (payments: Payments) => Promise<void>,
): Promise<number> {
  return onInstances(run, { mayDefault }, async (instance, database) => {
    await prepareServing(database);
    const service = new ServedInstance({ app: await run.app(), instance, database });
    try {
      const payments = paymentsOf(service);
      if (payments === undefined) throw new CarryoverError(paymentsNotConfigured, { instance });
      await work(payments);
      return EXIT.done;
    } finally {
      await service.ledger.close();
    }
  });
}
