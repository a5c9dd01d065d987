import type { Database } from '../../sql/database.ts';
import type { LedgerTables } from '../../ledger/tables.ts';
import { LAUNCHER } from './demo-folder.ts';

/** A command to try in the demo's folder, and what it shows. */
export interface DemoHint {
  readonly command: string;
  readonly shows: string;
}

/** Entries of the account to show, so that its statement fits a screen. */
const STATEMENT_LINES = 40n;

/** Commands that work on the school that was carried, on an enrolment with a debt and much to see. */
export async function demoHints(database: Database): Promise<readonly DemoHint[]> {
  const owner = await debtToRead(database);
  const account =
    owner === undefined
      ? []
      : [
          { command: `statement sessions ${owner}`, shows: 'every payment and attendance behind one balance' },
          { command: `balance sessions ${owner}`, shows: 'balance, what is held, the floor' },
        ];
  return [
    { command: 'status', shows: 'what is true, and the one next safe command' },
    ...account,
    { command: 'accounts --below 0', shows: 'who came more often than was paid for' },
    { command: 'trial-balance', shows: 'sums by unit, and the other side of every entry' },
    { command: 'tuition students-with-debt', shows: 'the same for the desk, with names' },
    { command: 'quarantine list', shows: 'rows that wait for a person' },
    { command: 'verify --instance demo', shows: 'compare all of it again' },
    { command: 'rollback --instance demo', shows: 'take it all back' },
  ].map(({ command, shows }) => ({ command: `${LAUNCHER} ${command}`, shows }));
}

async function debtToRead(database: Database): Promise<string | undefined> {
  const account = await database.handle
    .withTables<LedgerTables>()
    .selectFrom('carryover_accounts')
    .select('owner')
    .where('kind', '=', 'sessions')
    .where('status', '=', 'open')
    .where('balance', '<', 0n)
    .where('seq', '<=', STATEMENT_LINES)
    .orderBy('seq', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return account?.owner;
}
