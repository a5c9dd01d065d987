import { sql, type RawBuilder } from 'kysely';
import type { Handle } from '../../sql/engine.ts';
import type { FindingRow } from '../descriptor.ts';
import type { FindingSummary } from './analysis.ts';
import { readFinding } from './run-findings.ts';
import type { WholeLegacy } from './whole-legacy.ts';

/** Longest source of a fact: a later difference's key appends `~<seq>` to it, and both must fit a reference. */
const SOURCE_LENGTH_MAX = 170;

/** Flawed sources read at most. One is enough to stop a run, and a wrong query could give millions. */
const FLAWED_SOURCES_MAX = 1000;

/** What each check is called when it finds something. None can be accepted: the backfill would fail on it or carry it wrongly. */
const TITLES: Readonly<Record<string, string>> = {
  'duplicate-account': 'The accounts query gives an account more than once',
  'facts-without-account': 'Facts belong to an account that the accounts query does not give',
  'expected-not-once': 'The expected query does not give each account exactly once',
  'history-differs': 'The facts of an account do not sum to the balance expected by the independent path',
  'closed-with-balance': 'An account would be closed although its balance is not zero',
};

/** Legacy against itself, account by account, with what would keep the backfill from carrying it. */
export interface AccountChecks {
  readonly reconciliation: { readonly accounts: bigint; readonly different: bigint };
  readonly findings: readonly FindingSummary[];
}

/**
 * Compares accounts, facts and expected balances over the whole, in one pass: the three queries are put under each other and
 * summed by account, so that a row missing on any side shows.
 */
export async function checkAccounts(handle: Handle, whole: WholeLegacy, samplesMax: number): Promise<AccountChecks> {
  const flaws = flawedAccounts(whole);
  const { rows } = await sql<{ flaw: string | null; n: bigint }>`select f.flaw as flaw, count(*) as n
    from (${flaws}) as f group by f.flaw`.execute(handle);
  const findings: FindingSummary[] = [];
  for (const [code, title] of Object.entries(TITLES)) {
    const found = rows.find(({ flaw }) => flaw === code)?.n ?? 0n;
    const { expressions } = whole.source;
    const details = expressions.jsonObject({ history: sql`f.amount`, expected: sql`f.balance` });
    const subject = expressions.concat(sql`f.kind`, sql`' '`, sql`f.owner`);
    const samples = sql<FindingRow>`select ${subject} as subject, ${details} as details from (${flaws}) as f where f.flaw = ${sql.lit(code)}`;
    findings.push(
      stop(
        code,
        title,
        found === 0n ? NOTHING : await readFinding(handle, samples, { source: whole.source, rowsMax: samplesMax }),
      ),
    );
  }
  const accounts = rows.reduce((sum, { n }) => sum + n, 0n);
  const different = rows.find(({ flaw }) => flaw === 'history-differs')?.n ?? 0n;
  return { reconciliation: { accounts, different }, findings };
}

/** Facts whose name is not unique within their account, or too long to be a key. */
export async function checkSources(
  handle: Handle,
  whole: WholeLegacy,
  samplesMax: number,
): Promise<readonly FindingSummary[]> {
  const { expressions } = whole.source;
  const account = expressions.concat(sql`h.account_kind`, sql`' '`, sql`h.owner`, sql`' '`);
  const isLong = sql`substr(h.source, ${sql.lit(SOURCE_LENGTH_MAX + 1)}, 1) <> ''`;
  const { rows } = await sql<{ subject: string; facts: bigint; too_long: bigint }>`
    select ${expressions.concat(account, sql`substr(h.source, 1, 40)`)} as subject, count(*) as facts, max(case when ${isLong} then 1 else 0 end) as too_long
    from (${whole.history}) as h group by h.account_kind, h.owner, h.source
    having count(*) > 1 or max(case when ${isLong} then 1 else 0 end) = 1
    order by 1 limit ${sql.lit(FLAWED_SOURCES_MAX)}`.execute(handle);
  const found = (flawed: typeof rows): Pick<FindingSummary, 'rows' | 'samples'> => ({
    rows: BigInt(flawed.length),
    samples: flawed
      .slice(0, samplesMax)
      .map(({ subject, facts }) => ({ subject, details: JSON.stringify({ facts: `${facts}` }) })),
  });
  return [
    stop(
      'duplicate-source',
      'Facts of one account have the same source',
      found(rows.filter(({ facts }) => facts > 1n)),
    ),
    stop(
      'source-too-long',
      `The source of a fact is longer than ${SOURCE_LENGTH_MAX} characters`,
      found(rows.filter(({ too_long: isTooLong }) => isTooLong === 1n)),
    ),
  ];
}

const NOTHING: Pick<FindingSummary, 'rows' | 'samples'> = { rows: 0n, samples: [] };

/** A check that every system must pass, as a finding. */
export function stop(code: string, title: string, found: Pick<FindingSummary, 'rows' | 'samples'>): FindingSummary {
  const treatment = 'Nothing is carried until the system or its data is corrected.';
  return { code, severity: 'stop', title, treatment, ...found, accepted: false };
}

/** One row per account of any of the three queries: its first flaw, or null. */
function flawedAccounts(whole: WholeLegacy): RawBuilder<unknown> {
  const { expressions: e } = whole.source;
  const none = e.int64(sql`0`);
  const one = e.int64(sql`1`);
  const all = sql`
    select a.kind as kind, a.owner as owner, ${one} as accounts, ${none} as expected_rows, ${none} as facts, ${none} as amount, ${none} as balance,
      case when a.status = 'closed' then 1 else 0 end as closed
    from (${whole.accounts}) as a
    union all
    select h.account_kind, h.owner, ${none}, ${none}, ${one}, h.amount, ${none}, 0 from (${whole.history}) as h
    union all
    select x.account_kind, x.owner, ${none}, ${one}, ${none}, ${none}, x.balance, 0 from (${whole.expected}) as x`;
  return sql`select s.kind as kind, s.owner as owner, s.amount as amount, s.balance as balance,
      case when s.accounts > 1 then 'duplicate-account'
           when s.accounts = 0 then 'facts-without-account'
           when s.expected_rows <> 1 then 'expected-not-once'
           when s.amount <> s.balance then 'history-differs'
           when s.closed = 1 and s.balance <> 0 then 'closed-with-balance'
      end as flaw
    from (select u.kind as kind, u.owner as owner, sum(u.accounts) as accounts, sum(u.expected_rows) as expected_rows,
        sum(u.facts) as facts, ${e.sumInt64(sql`u.amount`)} as amount, ${e.sumInt64(sql`u.balance`)} as balance, max(u.closed) as closed
      from (${all}) as u group by u.kind, u.owner) as s`;
}
