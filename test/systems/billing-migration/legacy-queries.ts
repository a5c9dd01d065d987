import { sql, type RawBuilder } from 'kysely';
import { checkValue } from '../../../src/base/check-value.ts';
import type { Instant } from '../../../src/base/instant.ts';
import type {
  AccountRow,
  ClassifiedRow,
  ExpectedRow,
  FindingRow,
  HistoryRow,
  LegacyMapping,
  LegacySource,
  WalkRange,
} from '../../../src/cutover/descriptor.ts';
import { inspectLegacySchema } from '../../../src/cutover/legacy-schema.ts';
import { legacySource, WHOLE } from '../../../src/cutover/legacy-source.ts';
import type { LotRow } from '../../../src/cutover/live-descriptor.ts';
import type { Database } from '../../../src/sql/database.ts';
import { billingSystem } from '../../../src/systems/billing/index.ts';
import { billingPolicySchema, type BillingPolicy } from '../../../src/systems/billing/policy.ts';
import { AS_OF } from './saas.ts';

/** The policy with its defaults filled in, as config does it. */
export function policyWith(changes: object = {}): BillingPolicy {
  const checked = checkValue<BillingPolicy>(billingPolicySchema, changes);
  if ('flaw' in checked) throw new Error(`The policy of a test is flawed: ${JSON.stringify(checked.flaw)}`);
  return checked.value;
}

/** What a run is told, where it differs from the usual. */
export interface RunOptions {
  readonly policy?: object;
  readonly asOf?: Instant;
  readonly mapping?: LegacyMapping;
  readonly range?: WalkRange;
}

/** What the system's queries are built from. Throws when the schema does not fit, as a run would. */
export async function sourceOf(database: Database, options: RunOptions = {}): Promise<LegacySource<BillingPolicy>> {
  const mapping = options.mapping ?? {};
  const { present, problems } = await inspectLegacySchema(database, billingSystem.legacy, mapping);
  if (problems.length > 0) throw new Error(problems.join('; '));
  const parts = {
    dialect: database.dialect,
    policy: policyWith(options.policy),
    asOf: options.asOf ?? AS_OF,
    mapping,
    walk: billingSystem.walk,
    present,
  };
  return legacySource(parts, options.range ?? WHOLE);
}

/** Runs one of the system's queries as the engine does: inside another. */
export async function all<Row>(database: Database, query: RawBuilder<Row>): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`select * from (${query}) q`.execute(database.handle);
  return rows;
}

/** A user as a run sees it before anything is carried. Micro-dollars. */
export interface UserSeen {
  readonly balance: bigint;
  readonly openedAt: Instant;
  /** In order of date and source. */
  readonly entries: readonly HistoryRow[];
  readonly lots: readonly LotRow[];
}

/**
 * Every user by id. Fails unless the facts sum to what the other path expects, and every lot belongs to a credit, so that every test of a
 * balance is a test of both.
 */
export async function usersOf(
  database: Database,
  options: RunOptions = {},
): Promise<Readonly<Record<string, UserSeen>>> {
  const source = await sourceOf(database, options);
  const accounts = await all<AccountRow>(database, billingSystem.accounts(source));
  const history = await all<HistoryRow>(database, billingSystem.history(source));
  const expected = await all<ExpectedRow>(database, billingSystem.expected(source));
  const lots = billingSystem.lots === undefined ? [] : await all<LotRow>(database, billingSystem.lots(source));
  const factsOf = (user: string): HistoryRow[] =>
    history
      .filter(({ owner }) => owner === user)
      .toSorted((a, b) => a.occurred_at.compare(b.occurred_at) || (a.source < b.source ? -1 : 1));
  const sum = (user: string): bigint => factsOf(user).reduce((total, { amount }) => total + amount, 0n);
  for (const { owner, balance } of expected) {
    if (sum(owner) !== balance)
      throw new Error(`The facts of ${owner} sum to ${sum(owner)}, against ${balance} expected.`);
  }
  if (expected.length !== accounts.length)
    throw new Error(`${expected.length} balances expected, against ${accounts.length} accounts.`);
  for (const lot of lots) {
    if (!history.some((fact) => fact.owner === lot.owner && fact.source === lot.source && fact.amount > 0n))
      throw new Error(`The lot ${lot.source} of ${lot.owner} belongs to no credit.`);
  }
  return Object.fromEntries(
    accounts
      .toSorted((a, b) => (a.owner < b.owner ? -1 : 1))
      .map(({ owner, opened_at: openedAt }) => [
        owner,
        { balance: sum(owner), openedAt, entries: factsOf(owner), lots: lots.filter((lot) => lot.owner === owner) },
      ]),
  );
}

/** The one user of a SaaS that has one. */
export async function onlyUser(database: Database, options: RunOptions = {}): Promise<UserSeen> {
  const users = Object.values(await usersOf(database, options));
  const [only] = users;
  if (only === undefined || users.length !== 1) throw new Error(`${users.length} users, against 1.`);
  return only;
}

/** `[source, dollars]` of entries. */
export function told(entries: readonly HistoryRow[]): readonly (readonly [string, number])[] {
  return entries.map(({ source, amount }) => [source, Number(amount) / 1e6]);
}

/** The rows of a finding, details read, sorted by subject. */
export async function findingRows(
  database: Database,
  code: string,
  options: RunOptions = {},
): Promise<readonly { subject: string; details: Record<string, unknown> }[]> {
  const check = billingSystem.findings.find((candidate) => candidate.code === code);
  if (check === undefined) throw new Error(`There is no finding ${code}.`);
  const source = await sourceOf(database, options);
  const rows = await all<FindingRow>(
    database,
    sql`select f.subject, ${source.expressions.text(sql`f.details`)} as details from (${check.rows(source)}) f`,
  );
  return rows
    .map(({ subject, details }) => ({ subject, details: JSON.parse(details) as Record<string, unknown> }))
    .toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
}

/** How every row of a fact table is accounted for, by its source. */
export async function outcomesOf(
  database: Database,
  table: string,
  options: RunOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const fact = billingSystem.facts.find((candidate) => candidate.table === table);
  if (fact === undefined) throw new Error(`There are no facts in ${table}.`);
  const rows = await all<ClassifiedRow>(database, fact.classify(await sourceOf(database, options)));
  return Object.fromEntries(
    rows
      .toSorted((a, b) => (a.source < b.source ? -1 : 1))
      .map(({ source, outcome, reason }) => [source, reason === null ? outcome : `${outcome}: ${reason}`]),
  );
}
