import { sql, type RawBuilder } from 'kysely';
import { checkValue } from '../../../src/base/check-value.ts';
import type { Instant } from '../../../src/base/instant.ts';
import type {
  AccountRow,
  ClassifiedRow,
  FindingRow,
  HistoryRow,
  LegacyMapping,
  LegacySource,
  WalkRange,
} from '../../../src/cutover/descriptor.ts';
import { inspectLegacySchema } from '../../../src/cutover/legacy-schema.ts';
import { legacySource, WHOLE } from '../../../src/cutover/legacy-source.ts';
import type { Database } from '../../../src/sql/database.ts';
import { tuitionSystem } from '../../../src/systems/tuition/index.ts';
import { tuitionPolicySchema, type TuitionPolicy } from '../../../src/systems/tuition/policy.ts';
import { AS_OF } from './school.ts';

/** Settings that differ, at any depth. */
export type PolicyChanges = {
  readonly [Name in keyof TuitionPolicy]?: TuitionPolicy[Name] | Partial<TuitionPolicy[Name]>;
};

/** The policy with its defaults filled in, as config does it. */
export function policyWith(changes: PolicyChanges = {}): TuitionPolicy {
  const checked = checkValue<TuitionPolicy>(tuitionPolicySchema, changes);
  if ('flaw' in checked) throw new Error(`The policy of a test is flawed: ${JSON.stringify(checked.flaw)}`);
  return checked.value;
}

/** What a run over a school is told, where it differs from the usual. */
export interface RunOptions {
  readonly policy?: PolicyChanges;
  readonly asOf?: Instant;
  readonly mapping?: LegacyMapping;
  readonly range?: WalkRange;
}

/** What the system's queries are built from. Throws when the schema does not fit, as a run would. */
export async function sourceOf(database: Database, options: RunOptions = {}): Promise<LegacySource<TuitionPolicy>> {
  const mapping = options.mapping ?? {};
  const { present, problems } = await inspectLegacySchema(database, tuitionSystem.legacy, mapping);
  if (problems.length > 0) throw new Error(problems.join('; '));
  const parts = {
    dialect: database.dialect,
    policy: policyWith(options.policy),
    asOf: options.asOf ?? AS_OF,
    mapping,
    walk: tuitionSystem.walk,
    present,
  };
  return legacySource(parts, options.range ?? WHOLE);
}

/** Runs one of the system's queries as the engine does: inside another. */
async function all<Row>(database: Database, query: RawBuilder<Row>): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`select * from (${query}) q`.execute(database.handle);
  return rows;
}

/** An enrolment as a run sees it before anything is carried. */
export interface EnrolmentSeen {
  /** By the facts. */
  readonly sessions: bigint;
  readonly money: bigint;
  readonly floor: bigint | null;
  readonly status: string;
  readonly openedAt: Instant;
  readonly entries: readonly HistoryRow[];
}

/**
 * Every enrolment by its owner (`1:1` is pupil 1 in group 1), in order of ids. Fails unless the facts sum to what the other path expects, so
 * that every test of a balance is a test of both.
 */
export async function enrolmentsOf(
  database: Database,
  options: RunOptions = {},
): Promise<Readonly<Record<string, EnrolmentSeen>>> {
  const source = await sourceOf(database, options);
  const accounts = await all<AccountRow>(database, tuitionSystem.accounts(source));
  const history = await all<HistoryRow>(database, tuitionSystem.history(source));
  const expected = await all(database, tuitionSystem.expected(source));
  const sum = (kind: string, owner: string): bigint =>
    history
      .filter((row) => row.account_kind === kind && row.owner === owner)
      .reduce((total, { amount }) => total + amount, 0n);
  for (const { account_kind: kind, owner, balance } of expected) {
    if (sum(kind, owner) !== balance)
      throw new Error(`The facts of ${kind} ${owner} sum to ${sum(kind, owner)}, against ${balance} expected.`);
  }
  if (expected.length !== accounts.length)
    throw new Error(`${expected.length} balances expected, against ${accounts.length} accounts.`);
  const owners = [...new Set(accounts.map(({ owner }) => owner))].toSorted(byIds);
  return Object.fromEntries(
    owners.map((owner) => {
      const account = accounts.find((candidate) => candidate.owner === owner && candidate.kind === 'sessions');
      if (account === undefined) throw new Error(`There is no sessions account of ${owner}.`);
      const entries = history
        .filter((row) => row.owner === owner)
        .toSorted((a, b) => a.occurred_at.compare(b.occurred_at) || (a.source < b.source ? -1 : 1));
      return [
        owner,
        {
          sessions: sum('sessions', owner),
          money: sum('money', owner),
          floor: account.floor,
          status: account.status,
          openedAt: account.opened_at,
          entries,
        },
      ];
    }),
  );
}

/** `2:1` before `10:1`: pupil by pupil, group by group. */
function byIds(a: string, b: string): number {
  const [[studentA = 0, groupA = 0], [studentB = 0, groupB = 0]] = [a.split(':').map(Number), b.split(':').map(Number)];
  return studentA - studentB || groupA - groupB;
}

/** The one enrolment of a school that has one pupil. */
export async function onlyEnrolment(database: Database, options: RunOptions = {}): Promise<EnrolmentSeen> {
  const enrolments = Object.values(await enrolmentsOf(database, options));
  const [only] = enrolments;
  if (only === undefined || enrolments.length !== 1) throw new Error(`${enrolments.length} enrolments, against 1.`);
  return only;
}

/** The rows of a finding, details read, sorted by subject. */
export async function findingRows(
  database: Database,
  code: string,
  options: RunOptions = {},
): Promise<readonly { subject: string; details: Record<string, unknown> }[]> {
  const check = tuitionSystem.findings.find((candidate) => candidate.code === code);
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

/** How every row of a fact table is accounted for, by its source, in order of ids. */
export async function outcomesOf(
  database: Database,
  table: string,
  options: RunOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const fact = tuitionSystem.facts.find((candidate) => candidate.table === table);
  if (fact === undefined) throw new Error(`There are no facts in ${table}.`);
  const rows = await all<ClassifiedRow>(database, fact.classify(await sourceOf(database, options)));
  const id = ({ source }: ClassifiedRow): number => Number(source.split(':')[1]);
  return Object.fromEntries(
    rows
      .toSorted((a, b) => id(a) - id(b))
      .map(({ source, outcome, reason }) => [source, reason === null ? outcome : `${outcome}: ${reason}`]),
  );
}
