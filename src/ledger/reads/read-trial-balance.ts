import { sql } from 'kysely';
import type { Session } from '../store/session.ts';

/** The accounts of one kind, or one contra. Sums may leave 64 bits. */
export interface TrialBalanceLine {
  readonly name: string;
  readonly entries: bigint;
  readonly balance: bigint;
}

/** Both sides of one unit. */
export interface TrialBalance {
  readonly unit: string;
  /** By kind, with the number of accounts. */
  readonly accounts: readonly (TrialBalanceLine & { readonly accounts: bigint })[];
  /** By name. A contra's balance is minus the sum of the entries that name it. */
  readonly contras: readonly TrialBalanceLine[];
  /** Accounts and contras together: zero, or the ledger is broken. */
  readonly difference: bigint;
}

/**
 * Both sides of the ledger by unit, of one system or of all. Every one-sided movement has its contra and a transfer between
 * accounts sums to nothing, so each unit sums to zero. Balances are as posted: what has expired and was not posted yet is on
 * neither side. Reads every entry; give a session inside `database.read`.
 */
export async function readTrialBalance(session: Session, system?: string): Promise<readonly TrialBalance[]> {
  const accounts = await accountLines(session, system);
  const contras = await contraLines(session, system);
  const units = [...new Set([...accounts, ...contras].map((line) => line.unit))].toSorted();
  return units.map((unit) => {
    const own = accounts.filter((line) => line.unit === unit).map(({ unit: _unit, ...line }) => line);
    const named = contras.filter((line) => line.unit === unit).map(({ unit: _unit, ...line }) => line);
    const difference = [...own, ...named].reduce((sum, line) => sum + line.balance, 0n);
    return { unit, accounts: own, contras: named, difference };
  });
}

interface LineRow {
  readonly unit: string;
  readonly name: string;
  readonly entries: string;
  readonly balance: string;
}

type UnitLine = TrialBalanceLine & { readonly unit: string };

async function accountLines(
  { database, handle }: Session,
  system: string | undefined,
): Promise<(UnitLine & { readonly accounts: bigint })[]> {
  const { expressions } = database.dialect;
  const { rows } = await sql<LineRow & { readonly accounts: bigint }>`
    select a.unit as unit, a.kind as name, count(*) as accounts, ${expressions.sumText(sql`a.seq`)} as entries,
      ${expressions.sumText(sql`a.balance`)} as balance
    from ${sql.table('carryover_accounts')} as a
    where ${ofSystem(system)} group by a.unit, a.kind order by a.unit, a.kind`.execute(handle);
  return rows.map((row) => ({ ...numbersOf(row), accounts: row.accounts }));
}

async function contraLines({ database, handle }: Session, system: string | undefined): Promise<UnitLine[]> {
  const { expressions } = database.dialect;
  const { rows } = await sql<LineRow>`
    select a.unit as unit, e.contra as name, ${expressions.text(sql`count(*)`)} as entries,
      ${expressions.sumText(sql`e.amount`)} as balance
    from ${sql.table('carryover_accounts')} as a
    join ${sql.table('carryover_entries')} as e on e.account_id = a.id
    where e.contra is not null and ${ofSystem(system)} group by a.unit, e.contra order by a.unit, e.contra`.execute(
    handle,
  );
  return rows.map((row) => {
    const line = numbersOf(row);
    return { ...line, balance: -line.balance };
  });
}

function ofSystem(system: string | undefined): ReturnType<typeof sql<boolean>> {
  return system === undefined ? sql<boolean>`1 = 1` : sql<boolean>`a.system_name = ${system}`;
}

function numbersOf({ unit, name, entries, balance }: LineRow): UnitLine {
  return { unit, name, entries: BigInt(entries), balance: BigInt(balance) };
}
