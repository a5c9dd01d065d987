import { sql } from 'kysely';
import type { Trx } from '../../sql/engine.ts';
import { movedKinds } from '../capture/legacy-triggers.ts';
import { legacySource } from '../legacy-source.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import type { AccountDifference } from '../verify/verification.ts';
import { readKey } from '../walk.ts';

/** An account under lock. */
export interface HeldAccount {
  readonly id: bigint;
  readonly kind: string;
  readonly owner: string;
  readonly balance: bigint;
  readonly seq: bigint;
  readonly walk_key: string | null;
}

/** The keys under which legacy knows the owners of these accounts. */
export function keysOf(run: CutoverRun, accounts: readonly HeldAccount[]): readonly (bigint | string)[] {
  const { walk } = left('the legacy schema', run.legacy).parts;
  const texts = new Set(accounts.flatMap(({ walk_key: key }) => (key === null ? [] : [key])));
  return [...texts].map((key) => readKey(walk, key) as bigint | string);
}

/**
 * Compares accounts that are held with what legacy expects of them, in their transaction: the entries' sum where the ledger follows, which is
 * the balance too. An account that legacy does not know must be at zero.
 */
export async function compareHeld(
  run: CutoverRun,
  trx: Trx,
  accounts: readonly HeldAccount[],
): Promise<readonly AccountDifference[]> {
  const { system } = run.context;
  const { expressions: e } = run.context.database.dialect;
  const source = legacySource(left('the legacy schema', run.legacy).parts, { keys: keysOf(run, accounts) });
  const { rows } = await sql<{ kind: string; owner: string; balance: bigint }>`
    select x.account_kind as kind, ${e.text(sql`x.owner`)} as owner, x.balance as balance
    from (${system.expected(source)}) as x`.execute(trx);
  const expected = new Map(rows.map(({ kind, owner, balance }) => [`${kind}\n${owner}`, balance]));
  return accounts.flatMap(({ kind, owner, balance }) => {
    const wanted = expected.get(`${kind}\n${owner}`);
    if ((wanted ?? 0n) === balance) return [];
    return [{ kind, owner, expected: wanted?.toString() ?? null, ledger: balance.toString() }];
  });
}

/** Locks the accounts of owners on one side, in order of id, such that neither a guard nor a post gets past until the transaction ends. */
export async function holdAccounts(
  run: CutoverRun,
  trx: Trx,
  wanted: {
    readonly owners: readonly string[];
    readonly authority: 'legacy' | 'ledger';
    /** Absent: accounts of every kind. */
    readonly kind?: string;
  },
): Promise<readonly HeldAccount[]> {
  const { database, system } = run.context;
  const { statements } = database.dialect;
  await statements.preferIndexes(trx);
  // Accounts that a person opened in the ledger alone never stood on the other side.
  const kinds = wanted.kind === undefined ? movedKinds(run.context) : [wanted.kind];
  const names = statements.rows('r', {
    columns: { kind: 'text', owner: 'text' },
    rows: wanted.owners.flatMap((owner) => kinds.map((kind) => [kind, owner])),
  });
  // SQLite joins as it is written where that says CROSS, and would else read all accounts rather than look these up.
  const { rows: found } = await sql<{
    id: bigint;
  }>`select a.id as id from ${names} cross join ${sql.table('carryover_accounts')} as a
    where a.system_name = ${system.name} and a.kind = r.kind and a.owner = r.owner and a.authority = ${wanted.authority}`.execute(
    trx,
  );
  if (found.length === 0) return [];
  // Locked by their keys alone, so that no other row is looked at and waited for.
  const { rows } = await sql<HeldAccount & { readonly authority: string }>`
    select a.id as id, a.kind as kind, a.owner as owner, a.balance as balance, a.seq as seq, a.walk_key as walk_key, a.authority as authority
    from ${statements.byPrimaryKey('carryover_accounts', 'a')}
    where ${statements.idIn(
      'a.id',
      found.map(({ id }) => id),
    )} order by a.id ${statements.lockForSwitch()}`.execute(trx);
  return rows.filter(({ authority }) => authority === wanted.authority);
}
