import { sql } from 'kysely';
import type { Handle, Trx } from '../../sql/engine.ts';
import type { LegacySource } from '../descriptor.ts';
import { legacySource, WHOLE } from '../legacy-source.ts';
import { RowsMeter } from '../progress.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { highestKey, nextRange } from '../walk.ts';
import type { AccountComparison, AccountDifference } from './verification.ts';

/** Walk keys compared at once. Nothing is written, so only memory bounds it: some ten thousand accounts. */
const KEYS_PER_RANGE = 2_000;
/** Accounts whose entries are summed by one statement. */
const ACCOUNTS_PER_STATEMENT = 2_000;

interface Expected {
  readonly kind: string;
  readonly owner: string;
  readonly balance: bigint;
}

interface Stored {
  readonly kind: string;
  readonly owner: string;
  readonly walk_key: string | null;
  readonly authority: string;
  readonly amount: bigint;
}

/**
 * Compares the sum of each account's entries with the balance legacy expects, both ways. Along the walk every expected account is
 * looked up in the ledger; accounts of the ledger that no range expected are found by counting and then named. It shares no query with
 * the backfill but the walk: the target comes from `expected`, the ledger's side from the entries and not from the stored balance, and the
 * two are compared here and not by a join of the database. Accounts under ledger authority are not compared, since legacy no longer
 * decides them.
 */
export async function compareAccounts(run: CutoverRun): Promise<AccountComparison> {
  const { reader, limits } = run;
  const parts = left('the legacy schema', run.legacy).parts;
  const inLedger = await countLegacyAccounts(run);
  const meter = new RowsMeter('verify', inLedger);
  const upper = await highestKey(reader.handle, parts);
  const differences = new Differences(limits.namedAccountsMax);
  let [compared, matched] = [0n, 0n];
  for (let after: string | null = null, walked = false; !walked;) {
    const { range } = await nextRange(reader.handle, parts, { after, upper, keys: KEYS_PER_RANGE });
    const counts = await compareScope({ run, handle: reader.handle, source: legacySource(parts, range) }, differences);
    compared += counts.compared;
    matched += counts.matched;
    run.emit(meter.at(compared));
    walked = range.upTo === null;
    after = range.upTo?.toString() ?? null;
  }
  if (matched !== inLedger) {
    const source = legacySource(parts, WHOLE);
    await reader.read((handle) => findExtraAccounts({ run, handle, source }, differences));
  }
  return { compared, different: differences.count, named: differences.named };
}

/** Counts all, names the first. */
export class Differences {
  readonly named: AccountDifference[] = [];
  count = 0n;
  readonly #namedMax: number;

  constructor(namedMax: number) {
    this.#namedMax = namedMax;
  }

  add(difference: AccountDifference): void {
    this.count += 1n;
    if (this.named.length < this.#namedMax) this.named.push(difference);
  }
}

async function countLegacyAccounts(run: CutoverRun): Promise<bigint> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_accounts')}
    where system_name = ${run.context.system.name} and authority = 'legacy'`.execute(run.reader.handle);
  return rows[0]?.n ?? 0n;
}

/** Accounts of some walk keys, to be compared on one handle. */
export interface ComparedScope {
  readonly run: CutoverRun;
  readonly handle: Handle;
  readonly source: LegacySource<unknown>;
  /**
   * True while legacy is followed: accounts under legacy authority are passed over too where the ledger decides another one under the same
   * walk key, since what legacy is told of that one may be theirs as well.
   */
  readonly passesOverDecided?: boolean;
}

/** Looks up every account that legacy expects in the scope, and adds those that differ. Returns how many there were, and how many the ledger has. */
export async function compareScope(
  scope: ComparedScope,
  differences: Differences,
): Promise<{ readonly compared: bigint; readonly matched: bigint }> {
  const { run, handle, source } = scope;
  const { expressions: e } = run.reader.dialect;
  const expected =
    await sql<Expected>`select x.account_kind as kind, ${e.text(sql`x.owner`)} as owner, x.balance as balance
    from (${run.context.system.expected(source)}) as x`.execute(handle);
  const stored = new Map<string, Stored>();
  const decided = new Set<string | null>();
  for (let start = 0; start < expected.rows.length; start += ACCOUNTS_PER_STATEMENT) {
    const slice = expected.rows.slice(start, start + ACCOUNTS_PER_STATEMENT);
    for (const account of await readStored(scope, slice)) {
      stored.set(nameOf(account.kind, account.owner), account);
      if (scope.passesOverDecided === true && account.authority === 'ledger') decided.add(account.walk_key);
    }
  }
  let [compared, matched] = [0n, 0n];
  for (const { kind, owner, balance } of expected.rows) {
    const account = stored.get(nameOf(kind, owner));
    if (account !== undefined && (account.authority === 'ledger' || decided.has(account.walk_key))) continue;
    compared += 1n;
    if (account !== undefined) matched += 1n;
    if (account?.amount === balance) continue;
    differences.add({ kind, owner, expected: balance.toString(), ledger: account?.amount.toString() ?? null });
  }
  return { compared, matched };
}

/** Those of these accounts that the ledger has, with the sums of their entries. */
async function readStored({ run, handle }: ComparedScope, accounts: readonly Expected[]): Promise<readonly Stored[]> {
  const { expressions: e, statements } = run.reader.dialect;
  const wanted = statements.rows('r', {
    columns: { kind: 'text', owner: 'text' },
    rows: accounts.map(({ kind, owner }) => [kind, owner]),
  });
  const { rows } =
    await sql<Stored>`select a.kind as kind, a.owner as owner, a.walk_key as walk_key, a.authority as authority,
      coalesce((select ${e.sumInt64(sql`p.amount`)} from ${sql.table('carryover_entries')} as p where p.account_id = a.id), 0) as amount
    from ${wanted} join ${sql.table('carryover_accounts')} as a
      on a.system_name = ${run.context.system.name} and a.kind = r.kind and a.owner = r.owner`.execute(handle);
  return rows;
}

/** No kind or owner holds a line feed (`checkReference`), so two accounts never share a name. */
function nameOf(kind: string, owner: string): string {
  return `${kind}\n${owner}`;
}

/**
 * Accounts of the ledger that legacy does not expect. One that was brought to zero and closed is as it should be. Reads all of legacy where
 * the scope is everything, so the handle is a transaction, which is planned for that.
 */
export async function findExtraAccounts(
  scope: ComparedScope & { readonly handle: Trx },
  differences: Differences,
): Promise<void> {
  const { run, handle, source } = scope;
  const { system } = run.context;
  const { expressions: e, statements } = run.reader.dialect;
  await statements.planForWhole(handle);
  const owner = e.text(sql`x.owner`);
  // Grouped, so that every engine makes a table of it once and does not run it per account.
  const expected = sql`select x.account_kind as kind, ${owner} as owner from (${system.expected(source)}) as x
    group by x.account_kind, ${owner}`;
  const { rows } = await sql<ExtraAccount>`
    select a.kind as kind, a.owner as owner, a.status as status, a.walk_key as walk_key,
      coalesce((select ${e.sumInt64(sql`p.amount`)} from ${sql.table('carryover_entries')} as p where p.account_id = a.id), 0) as amount
    from ${sql.table('carryover_accounts')} as a left join (${expected}) as k on k.kind = a.kind and k.owner = a.owner
    where a.system_name = ${system.name} and a.authority = 'legacy' and k.owner is null and ${source.ofAccounts(sql`a.walk_key`)}
    order by a.id`.execute(handle);
  const extra = rows.filter(({ status, amount }) => amount !== 0n || status !== 'closed');
  const decided = scope.passesOverDecided === true ? await decidedKeys(scope, extra) : NONE_DECIDED;
  for (const { kind, owner: name, walk_key: key, amount } of extra) {
    if (!decided.has(key)) differences.add({ kind, owner: name, expected: null, ledger: amount.toString() });
  }
}

interface ExtraAccount {
  readonly kind: string;
  readonly owner: string;
  readonly status: string;
  readonly walk_key: string | null;
  readonly amount: bigint;
}

const NONE_DECIDED: ReadonlySet<string | null> = new Set();

/** Those of the accounts' walk keys under which the ledger decides an account. */
async function decidedKeys(
  { run, handle }: ComparedScope,
  accounts: readonly ExtraAccount[],
): Promise<ReadonlySet<string | null>> {
  const keys = new Set(accounts.flatMap(({ walk_key: key }) => (key === null ? [] : [key])));
  if (keys.size === 0) return NONE_DECIDED;
  const wanted = run.reader.dialect.statements.rows('r', {
    columns: { walk_key: 'text' },
    rows: [...keys].map((key) => [key]),
  });
  const { rows } = await sql<{ walk_key: string }>`select a.walk_key as walk_key
    from ${sql.table('carryover_accounts')} as a join ${wanted} on r.walk_key = a.walk_key
    where a.system_name = ${run.context.system.name} and a.authority = 'ledger' group by a.walk_key`.execute(handle);
  return new Set(rows.map((row) => row.walk_key));
}
