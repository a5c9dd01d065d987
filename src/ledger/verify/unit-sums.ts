import { sql } from 'kysely';
import { breach, type Breach } from './breach.ts';
import { table, within, type VerifyContext } from './verify-context.ts';

interface SumRow {
  readonly unit: string;
  readonly total: string;
}

/**
 * Both sides of every unit, gathered range by range: what the accounts hold, and what the contras gave. They are equal, because
 * each leg of a transfer has its opposite. Only the sum of all ranges of one snapshot means anything.
 */
export class UnitSums {
  readonly #balances = new Map<string, bigint>();
  readonly #contras = new Map<string, bigint>();

  /** Adds one range. */
  async add(context: VerifyContext): Promise<void> {
    const { session, expressions: e } = context;
    const balances = await sql<SumRow>`
      select a.unit as unit, ${e.sumText(sql`a.balance`)} as total from ${table('accounts')} as a
      where ${within(context, 'a.id')} group by a.unit`.execute(session.handle);
    const contras = await sql<SumRow>`
      select a.unit as unit, ${e.sumText(sql`n.amount`)} as total
      from ${table('entries')} as n join ${table('accounts')} as a on a.id = n.account_id
      where ${within(context, 'n.account_id')} and n.contra is not null group by a.unit`.execute(session.handle);
    addAll(this.#balances, balances.rows);
    addAll(this.#contras, contras.rows);
  }

  /** `unit-sum`: the accounts of a unit hold what its contras gave. */
  breaches(): Breach[] {
    const units = [...new Set([...this.#balances.keys(), ...this.#contras.keys()])].toSorted();
    return units.flatMap((unit) => {
      const [balance, given] = [this.#balances.get(unit) ?? 0n, this.#contras.get(unit) ?? 0n];
      if (balance === given) return [];
      const [found, expected] = [`accounts hold ${balance}`, `${given}, which the contras gave`];
      return [breach({ rule: 'unit-sum', table: 'accounts', key: unit, found, expected })];
    });
  }
}

function addAll(sums: Map<string, bigint>, rows: readonly SumRow[]): void {
  for (const { unit, total } of rows) sums.set(unit, (sums.get(unit) ?? 0n) + BigInt(total));
}
