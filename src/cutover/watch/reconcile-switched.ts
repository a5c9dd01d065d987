import { sql } from 'kysely';
import type { Handle } from '../../sql/engine.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import type { LossRow } from '../live-descriptor.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import type { AccountDifference } from '../verify/verification.ts';
import { compareHeld, type HeldAccount } from '../switch/compare-owners.ts';

/** Accounts compared on one snapshot. */
const ACCOUNTS_PER_LOOK = 1_000;
const NAMED_MAX = 100;

/** What legacy says of accounts that the ledger decides. */
export interface Drift {
  /** Accounts that legacy was told everything of, and that were compared. */
  readonly compared: bigint;
  /** Of those, the ones on which legacy says another balance for no named reason. */
  readonly drifted: bigint;
  readonly named: readonly AccountDifference[];
  /** What legacy cannot hold, by account: it may differ there. */
  readonly losses: bigint;
}

/** Compares the switched accounts that are mirrored to their newest entry with what legacy expects of them. */
export async function reconcileSwitched(run: CutoverRun): Promise<Drift> {
  const { system } = run.context;
  const losses = await readLosses(run);
  const excused = new Set(losses.map(({ kind, owner }) => `${kind}\n${owner}`));
  const named: AccountDifference[] = [];
  let [compared, drifted] = [0n, 0n];
  for (let after: bigint | undefined = 0n; after !== undefined;) {
    const from: bigint = after;
    const accounts: readonly HeldAccount[] = await run.reader.read(async (trx) => {
      const { rows } =
        await sql<HeldAccount>`select a.id as id, a.kind as kind, a.owner as owner, a.balance as balance, a.seq as seq, a.walk_key as walk_key
        from ${sql.table('carryover_switched')} as w join ${sql.table('carryover_accounts')} as a on a.id = w.account_id
        where w.system_name = ${system.name} and w.mirrored_seq = a.seq and a.id > ${from}
        order by a.id limit ${sql.lit(ACCOUNTS_PER_LOOK)}`.execute(trx);
      const differing = (await compareHeld(run, trx, rows)).filter(
        ({ kind, owner }) => !excused.has(`${kind}\n${owner}`),
      );
      drifted += BigInt(differing.length);
      named.push(...differing.slice(0, NAMED_MAX - named.length));
      return rows;
    });
    compared += BigInt(accounts.length);
    after = accounts.length < ACCOUNTS_PER_LOOK ? undefined : accounts.at(-1)?.id;
  }
  return { compared, drifted, named, losses: BigInt(losses.length) };
}

/** What legacy could not hold of the accounts under ledger authority, or of those with some ids among them, were they taken back now. */
export async function readLosses(
  run: CutoverRun,
  among: { readonly handle: Handle; readonly ids?: readonly bigint[] } = run.reader,
): Promise<readonly LossRow[]> {
  const { handle, ids } = among;
  const { parts } = left('the legacy schema', run.legacy);
  const { database, system } = run.context;
  const live = left('the live part of the system', system.live);
  const { expressions: e, statements } = database.dialect;
  const accounts = sql`select d.* from ${sql.table('carryover_accounts')} as d
    where d.system_name = ${sql.lit(system.name)} and d.authority = 'ledger' and ${ids === undefined ? sql`1 = 1` : statements.idIn('d.id', ids)}`;
  const losses = live.carryBack.losses(legacySource(parts, WHOLE), accounts);
  const { rows } =
    await sql<LossRow>`select l.kind as kind, ${e.text(sql`l.owner`)} as owner, l.name as name, ${e.text(sql`l.details`)} as details
    from (${losses}) as l order by 2, 1, 3`.execute(handle);
  return rows;
}
