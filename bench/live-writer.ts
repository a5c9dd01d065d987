// Writes to a café's legacy tables at a steady rate, as its own application would, and through the ledger for members that were switched.
// Usage: node live-writer.ts <database url> <members> <writes per second>. Each line of its input names a phase, which ends the one before;
// for each phase that ends it prints one line of JSON (`PhaseTimes`), and when its input ends one with what each member was given.

import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { createLedger } from '../src/ledger/ledger.ts';
import { openDatabase } from '../src/sql/database.ts';
import { cardCode } from '../test/support/stamps-legacy.ts';

/** What each write of one phase took, in milliseconds from when it was due. */
export interface PhaseTimes {
  readonly phase: string;
  readonly times: readonly number[];
}

/** What the writer was told of all its writes, by member. */
export interface Given {
  readonly given: Readonly<Record<string, number>>;
  readonly byLedger: number;
}

/** Writes under way at once at most; what is due beyond waits, and its wait counts. */
const RUNNING_MAX = 200;

const [url = '', memberText = '', rateText = ''] = process.argv.slice(2);
const members = Number(memberText);
const everyMs = 1000 / Number(rateText);
const database = await openDatabase(url, { poolMax: 10, lockTimeoutMs: 60_000 });
const ledger = createLedger(database);
const given: Record<string, number> = {};
const switched = new Set<number>();
const accountIds = new Map<number, bigint>();
let byLedger = 0;
let phase = 'warm-up';
let times: number[] = [];
const work = { isOver: false, running: 0, written: 0 };

const lines = createInterface({ input: process.stdin });
lines.on('line', (name) => {
  endPhase();
  phase = name;
});
lines.on('close', () => {
  work.isOver = true;
});

const startedMs = performance.now();
while (!work.isOver) {
  const dueMs = startedMs + work.written * everyMs;
  // A timer is late by a millisecond and more, so the writes that are due by then are begun together.
  if (performance.now() < dueMs || work.running >= RUNNING_MAX) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    continue;
  }
  work.written += 1;
  work.running += 1;
  void write(work.written, dueMs).finally(() => {
    work.running -= 1;
  });
}
while (work.running > 0) await new Promise((resolve) => setTimeout(resolve, 5));
endPhase();
await ledger.close();
await database.close();
process.stdout.write(`${JSON.stringify({ given, byLedger } satisfies Given)}\n`);

async function write(nth: number, dueMs: number): Promise<void> {
  const any = 1 + ((nth * 7_919) % members);
  // Every seventh has left: the ledger takes nothing for them any more, while the old tables never asked.
  const member = any % 7 === 0 ? any - 1 : any;
  const isGiven = switched.has(member) ? await byPost(member, nth) : await byRow(member, nth);
  times.push(performance.now() - dueMs);
  if (isGiven) given[member] = (given[member] ?? 0) + 1;
}

/** Under numbers below zero: the mirror counts up. */
async function byRow(member: number, nth: number): Promise<boolean> {
  const { expressions: e } = database.dialect;
  try {
    await sql`insert into stamps (stamp_id, member_id, card_code, amount, status, stamped_at)
      values (${-BigInt(nth)}, ${BigInt(member)}, ${cardCode(member)}, 1, 'given', ${e.now()})`.execute(
      database.handle,
    );
    return true;
  } catch (error) {
    if (database.classify(error)?.kind !== 'guard') throw error;
    switched.add(member);
    return byPost(member, nth);
  }
}

async function byPost(member: number, nth: number): Promise<boolean> {
  const accountId = accountIds.get(member) ?? (await findAccount(member));
  const [outcome] = await ledger.execute([
    {
      type: 'post',
      accountId,
      amount: 1n,
      kind: 'coffee',
      contra: 'coffees',
      key: `w${nth}`,
      actor: { kind: 'system', id: 'bench' },
    },
  ]);
  if (outcome?.status === 'posted') {
    byLedger += 1;
    return true;
  }
  if (outcome?.status === 'refused' && outcome.code === 'LEDGER_AUTHORITY_LEGACY') {
    switched.delete(member);
    return byRow(member, nth);
  }
  throw new Error(
    `A write was ${outcome?.status ?? 'not answered'} (${outcome?.status === 'refused' ? outcome.code : ''}).`,
  );
}

/** Looked up once: an application keeps the number of an account with its member. */
async function findAccount(member: number): Promise<bigint> {
  const [accountId] = await ledger.findAccounts([{ system: 'stamps', kind: 'stamps', owner: String(member) }]);
  if (accountId === undefined) throw new Error(`Member ${member} has no account.`);
  accountIds.set(member, accountId);
  return accountId;
}

function endPhase(): void {
  if (times.length > 0) {
    const line: PhaseTimes = { phase, times: times.map((ms) => Math.round(ms * 100) / 100) };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  times = [];
}
