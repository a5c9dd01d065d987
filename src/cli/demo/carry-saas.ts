import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { operationContext } from '../../app/operation-context.ts';
import type { App } from '../../app/app.ts';
import {
  listLosses,
  returnAccounts,
  switchAccounts,
  watchCutover,
  type CutoverContext,
  type CutoverReport,
  type ReturnResult,
  type SwitchResult,
  type WatchRound,
} from '../../cutover/index.ts';
import type { LedgerTables } from '../../ledger/tables.ts';
import type { Database } from '../../sql/database.ts';
import { fileUrl } from '../../sql/dialects/file-urls.ts';
import { deduct } from '../../systems/billing/operations/deduct.ts';
import { createSampleSaas, type SampleSaas } from '../../systems/billing/sample-saas/create-sample-saas.ts';
import type { ChargeAnswer } from '../../systems/billing/writes/charge-answer.ts';
import type { CommandRun } from '../command.ts';
import { ProgressPrinter } from '../progress-printer.ts';
import { renderSaas } from '../render/render-demo-saas.ts';
import { renderCount } from '../render/render-numbers.ts';
import { runSpan, stageContext } from '../run-span.ts';
import { LAUNCHER, prepareDemoFolder } from './demo-folder.ts';
import type { DemoHint } from './demo-hints.ts';
import { demoRun } from './demo-run.ts';
import type { SaasStory } from './saas-messages.ts';
import { startOldApp, type OldAppReport } from './old-app.ts';

/** Who goes first. */
const FIRST_PERCENT = 5;
/** What the ledger charges the user who comes back afterwards, so that there is something to lose. */
const CHARGE_DOLLARS = '0.25';
/** Half of the sample's users carry a trap, and the rows of some of them are for a person to correct. */
const QUARANTINE = { rowsMax: 100_000, percentMax: 10 };

/** A SaaS that was carried while it was in use. */
export interface CarriedSaas {
  readonly carried: CutoverReport;
  readonly first: SwitchResult;
  /** Charged by the ledger, told to legacy, and taken back to it. */
  readonly userId: string;
  readonly charged: ChargeAnswer;
  readonly watched: WatchRound;
  readonly returned: ReturnResult;
  readonly all: SwitchResult;
  /** After everything, over every account. */
  readonly last: WatchRound;
  readonly oldApp: OldAppReport;
}

/** Makes the folder of the SaaS, with an empty database. Throws `CLI_FILE_EXISTS`. */
export async function prepareSaas(folder: string): Promise<void> {
  await prepareDemoFolder(folder, {
    instances: { demo: { url: fileUrl('./saas.db') } },
    systems: { billing: {} },
    quarantine: QUARANTINE,
  });
  await writeFile(path.join(folder, 'saas.db'), '');
}

/**
 * Makes a SaaS in its prepared folder and carries it over while its old application goes on writing: five percent of the users first, one of
 * whom comes back with what the ledger did meanwhile, then all. Returns commands to try in the folder, and that user.
 */
export async function carrySaas(
  run: CommandRun,
  { folder, users }: { readonly folder: string; readonly users: number },
): Promise<SaasStory> {
  const demo = await demoRun(run, folder, 'billing');
  const app = await demo.app();
  const database = await app.openInstance('demo');
  try {
    // As an application in use has it: otherwise whoever writes waits for whoever reads.
    await sql`pragma journal_mode = wal`.execute(database.handle);
    const asOf = await database.dialect.statements.serverNow(database.handle);
    tellSaas(run, await createSampleSaas(database, { users, asOf }));
    const oldApp = await startOldApp(folder);
    const done = await carryLive(demo, { app, database }).catch(async (error: unknown) => {
      await oldApp.stop();
      throw error;
    });
    const report = await oldApp.stop();
    const last = await watchOnce(demo, database);
    const saas: CarriedSaas = { ...done, last, oldApp: report };
    run.output.data(saas);
    run.output.line();
    for (const line of renderSaas(saas, run.output.colors)) run.output.line(line);
    return { hints: hints(done.userId), userId: done.userId };
  } finally {
    await database.close();
  }
}

interface OnSaas {
  readonly app: App;
  readonly database: Database;
}

/** All that happens while the old application writes. */
async function carryLive(demo: CommandRun, { app, database }: OnSaas): Promise<Omit<CarriedSaas, 'last' | 'oldApp'>> {
  const carried = await runSpan(demo, { instance: 'demo', database }, { options: {}, span: {} });
  return onContext(demo, database, async (context) => {
    const first = await switchAccounts(context, {
      selection: { who: 'percent', percent: FIRST_PERCENT },
      cohort: `percent-${FIRST_PERCENT}`,
    });
    const userId = await richestSwitched(database);
    const charged = await charge({ app, database }, userId);
    const watched = await watchCutover(context, { once: true });
    const acceptedLosses = (await listLosses(context)).filter((loss) => loss.split(' ')[1] === userId);
    const returned = await returnAccounts(context, { selection: { who: 'owners', owners: [userId] }, acceptedLosses });
    const all = await switchAccounts(context, { selection: { who: 'all' }, cohort: 'all' });
    return { carried, first, userId, charged, watched, returned, all };
  });
}

function watchOnce(demo: CommandRun, database: Database): Promise<WatchRound> {
  return onContext(demo, database, (context) => watchCutover(context, { once: true }));
}

async function onContext<T>(
  demo: CommandRun,
  database: Database,
  work: (context: CutoverContext) => Promise<T>,
): Promise<T> {
  const printer = new ProgressPrinter(demo.output);
  try {
    return await work(await stageContext(demo, { instance: 'demo', database, printer }, {}));
  } finally {
    printer.end();
  }
}

async function charge({ app, database }: OnSaas, userId: string): Promise<ChargeAnswer> {
  const caller = { actor: { kind: 'system' as const, id: 'new-application' } };
  const context = await operationContext({ instance: 'demo', database, system: app.system('billing') }, caller);
  try {
    const input = { key: 'demo-charge', userId, sourceId: 'message-1', amount: CHARGE_DOLLARS };
    return await deduct.run(context, input);
  } finally {
    await context.ledger.close();
  }
}

async function richestSwitched(database: Database): Promise<string> {
  const { owner } = await database.handle
    .withTables<LedgerTables>()
    .selectFrom('carryover_accounts')
    .select('owner')
    .where('authority', '=', 'ledger')
    .where('status', '=', 'open')
    .orderBy('balance', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow();
  return owner;
}

function tellSaas(run: CommandRun, saas: SampleSaas): void {
  const counts = [
    `${renderCount(saas.accounts)} accounts`,
    `${renderCount(saas.subscriptions)} subscriptions`,
    `${renderCount(saas.purchases)} purchases`,
    `${renderCount(saas.usage + saas.messages)} rows of usage`,
  ];
  run.output.line(run.output.colors.bold('A sample SaaS, in use'));
  run.output.line(`  ${counts.join(', ')};`);
  run.output.line('  its old application, a process of its own, writes to it some twenty times a second all the while');
  run.output.line();
}

function hints(userId: string): readonly DemoHint[] {
  return [
    { command: `statement credits ${userId}`, shows: 'the user who went over, came back and went over again' },
    { command: `billing summary --user-id ${userId}`, shows: 'the same for the user: tier, credits, next grant' },
    { command: 'watch --once --instance demo', shows: 'both sides compared again' },
    { command: 'rollback --all --instance demo', shows: 'everybody back, with what happened since' },
  ].map(({ command, shows }) => ({ command: `${LAUNCHER} ${command}`, shows }));
}
