import { sql } from 'kysely';
import { legacySource } from '../legacy-source.ts';
import { RowsMeter } from '../progress.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { highestKey, nextRange } from '../walk.ts';
import type { AccountComparison, AccountDifference } from './verification.ts';

/** Walk keys compared by one query. Nothing is written, so only memory and the patience of a statement timeout bound it. */
const KEYS_PER_RANGE = 2_000;

interface DifferenceRow {
  readonly kind: string;
  readonly owner: string;
  readonly expected: bigint | null;
  readonly ledger: bigint | null;
}

/**
 * Compares the sum of each account's entries with the balance legacy expects, both ways. Along the walk every expected account is
 * looked up in the ledger; accounts of the ledger that no range expected are found by counting and then named. It shares no query with
 * the backfill but the walk: the target comes from `expected`, the ledger's side from the entries and not from the stored balance.
 * Accounts under ledger authority are not compared, since legacy no longer decides them.
 */
export async function compareAccounts(run: CutoverRun): Promise<AccountComparison> {
  const { reader, limits } = run;
  const parts = left('the analysis', run.analyzed).parts;
  const accounts = await countLedgerAccounts(run);
  const meter = new RowsMeter('verify', accounts.legacy);
  const upper = await highestKey(reader.handle, parts);
  const named: AccountDifference[] = [];
  let [compared, matched, different] = [0n, 0n, 0n];
  for (let after: string | null = null, walked = false; !walked;) {
    const { range } = await nextRange(reader.handle, parts, { after, upper, keys: KEYS_PER_RANGE });
    const found = await compareRange(run, legacySource(parts, range), limits.namedAccountsMax - named.length);
    compared += found.compared;
    matched += found.matched;
    different += found.different;
    named.push(...found.named);
    run.emit(meter.at(compared));
    walked = range.upTo === null;
    after = range.upTo?.toString() ?? null;
  }
  if (matched === accounts.legacy) return { compared, different, named };
  const extra = await findExtraAccounts(run, limits.namedAccountsMax - named.length);
  return { compared, different: different + extra.different, named: [...named, ...extra.named] };
}

async function countLedgerAccounts(run: CutoverRun): Promise<{ readonly legacy: bigint }> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_accounts')}
    where system_name = ${run.context.system.name} and authority = 'legacy'`.execute(run.reader.handle);
  return { legacy: rows[0]?.n ?? 0n };
}

async function compareRange(
  run: CutoverRun,
  source: ReturnType<typeof legacySource<unknown>>,
  namedMax: number,
): Promise<AccountComparison & { readonly matched: bigint }> {
  const { system } = run.context;
  const { expressions: e } = run.reader.dialect;
  const both = sql`select x.account_kind as kind, x.owner as owner, x.balance as expected, a.id as id, a.authority as authority,
      case when a.id is null then null else coalesce(s.amount, 0) end as ledger
    from (${system.expected(source)}) as x
    left join ${sql.table('carryover_accounts')} as a
      on a.system_name = ${system.name} and a.kind = x.account_kind and a.owner = ${e.text(sql`x.owner`)}
    left join (
      select p.account_id as account_id, ${e.sumInt64(sql`p.amount`)} as amount
      from (${system.expected(source)}) as y
      join ${sql.table('carryover_accounts')} as b
        on b.system_name = ${system.name} and b.kind = y.account_kind and b.owner = ${e.text(sql`y.owner`)}
      join ${sql.table('carryover_entries')} as p on p.account_id = b.id
      group by p.account_id
    ) as s on s.account_id = a.id`;
  const isCompared = sql`(c.authority is null or c.authority = 'legacy')`;
  const differs = sql`${isCompared} and (c.ledger is null or c.ledger <> c.expected)`;
  const { rows } = await sql<{ compared: bigint; matched: bigint; different: bigint }>`
    select ${e.int64(sql`coalesce(sum(case when ${isCompared} then 1 else 0 end), 0)`)} as compared,
      ${e.int64(sql`coalesce(sum(case when c.authority = 'legacy' then 1 else 0 end), 0)`)} as matched,
      ${e.int64(sql`coalesce(sum(case when ${differs} then 1 else 0 end), 0)`)} as different
    from (${both}) as c`.execute(run.reader.handle);
  const { compared, matched, different } = rows[0] ?? { compared: 0n, matched: 0n, different: 0n };
  if (different === 0n || namedMax <= 0) return { compared, matched, different, named: [] };
  const names =
    await sql<DifferenceRow>`select c.kind as kind, c.owner as owner, c.expected as expected, c.ledger as ledger
    from (${both}) as c where ${differs} order by ${e.text(sql`c.owner`)}, c.kind limit ${sql.lit(namedMax)}`.execute(
      run.reader.handle,
    );
  return { compared, matched, different, named: names.rows.map(asDifference) };
}

/** Accounts of the ledger that legacy does not expect. One that was brought to zero and closed is as it should be. */
async function findExtraAccounts(
  run: CutoverRun,
  namedMax: number,
): Promise<{ readonly different: bigint; readonly named: readonly AccountDifference[] }> {
  const { system } = run.context;
  const { expressions: e } = run.reader.dialect;
  const source = legacySource(left('the analysis', run.analyzed).parts, { after: null, upTo: null });
  const owner = e.text(sql`x.owner`);
  const extra = sql`select a.kind as kind, a.owner as owner, a.status as status,
      (select coalesce(${e.sumInt64(sql`p.amount`)}, 0) from ${sql.table('carryover_entries')} as p where p.account_id = a.id) as ledger
    from ${sql.table('carryover_accounts')} as a
    left join (select x.account_kind as kind, ${owner} as owner from (${system.expected(source)}) as x group by x.account_kind, ${owner}) as k
      on k.kind = a.kind and k.owner = a.owner
    where a.system_name = ${system.name} and a.authority = 'legacy' and k.owner is null`;
  const { rows } = await sql<DifferenceRow & { n: bigint }>`
    select c.kind as kind, c.owner as owner, null as expected, c.ledger as ledger, count(*) over () as n
    from (${extra}) as c where c.ledger <> 0 or c.status <> 'closed'
    order by ${e.text(sql`c.owner`)}, c.kind limit ${sql.lit(Math.max(1, namedMax))}`.execute(run.reader.handle);
  return { different: rows[0]?.n ?? 0n, named: rows.slice(0, Math.max(0, namedMax)).map(asDifference) };
}

function asDifference({ kind, owner, expected, ledger }: DifferenceRow): AccountDifference {
  return { kind, owner, expected: expected?.toString() ?? null, ledger: ledger?.toString() ?? null };
}
