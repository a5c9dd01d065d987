import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { AccountStatus, Authority } from '../../../ledger/types.ts';
import { effectiveFee, floorAfter, standingNow } from '../fees-and-standing.ts';
import type { BlockCode } from '../gate/decide-gate.ts';
import type { TuitionPolicy } from '../policy.ts';
import { aliased, columnsOf, flagOrTrue, ownerOf } from '../read-legacy.ts';
import type { EnrolmentsTable, OverridesTable } from '../tables.ts';
import { asFlag, columnOrNull, type Reads } from './legacy-reads.ts';

/** An account of an enrolment, as far as operations look at it. */
export interface AccountFacts {
  readonly id: bigint;
  readonly balance: bigint;
  /** Balance minus what is held; of make-ups minus what has expired too. */
  readonly available: bigint;
  readonly floor: bigint | null;
  readonly status: AccountStatus;
  readonly authority: Authority;
}

/** A decision by hand that is in force. */
export interface OverrideFacts {
  readonly id: bigint;
  readonly effect: OverridesTable['effect'];
  readonly until: Instant | null;
}

/** One pupil in one group, with everything that a decision about money or the door looks at. Amounts in minor units. */
export interface EnrolmentFacts {
  readonly studentId: bigint;
  readonly groupId: bigint;
  readonly studentCode: string | null;
  readonly studentName: string | null;
  readonly groupName: string | null;
  readonly sessions: AccountFacts;
  readonly money: AccountFacts;
  /** Undefined until the first make-up session is granted. */
  readonly makeUp: AccountFacts | undefined;
  readonly row: Pick<EnrolmentsTable, 'standing' | 'financial_status' | 'custom_fee' | 'started_at' | 'block_code'>;
  /** Of this moment, which the stored one follows at the next movement. */
  readonly standing: EnrolmentsTable['standing'];
  readonly standardFee: bigint | null;
  /** What a month costs; null where nothing says it. */
  readonly fee: bigint | null;
  /** True for exempt and for a fee of zero: no debt is too large. */
  readonly isFree: boolean;
  /** The floor of the sessions account as it should be now; the account's own follows at the next movement. */
  readonly floor: bigint | null;
  readonly isActive: boolean;
  /** False when the school's own tables have the pupil or the group as inactive. */
  readonly isMasterActive: boolean;
  /** Sessions taken from the sessions account; make-up sessions are not among them. */
  readonly attended: bigint;
  /** Sessions bought or given so far. */
  readonly paid: bigint;
  readonly block: BlockCode | null;
  readonly blockedAt: Instant | null;
  /** A block before a freeze before a pass, where several are in force. */
  readonly override: OverrideFacts | null;
}

/** Which enrolments, of the table aliased `e`, whose sessions account is `s`; in order of pupil and group. */
export interface EnrolmentFilter {
  readonly where: RawBuilder<boolean>;
  readonly limit?: number;
}

/** Loads enrolments with their facts. Reads only; under the accounts' locks what it gives stays true. */
export async function loadEnrolments(
  reads: Reads,
  filter: EnrolmentFilter,
  now: Instant,
): Promise<readonly EnrolmentFacts[]> {
  const { rows } = await selectEnrolments(reads, filter).execute(reads.handle);
  const overrides = rows.length === 0 ? new Map<string, OverrideFacts>() : await loadOverrides(reads, rows, now);
  return rows.map((row) => {
    const override = overrides.get(`${row.student_id}:${row.group_id}`) ?? null;
    return { ...factsOf(row), ...termsOf(row, reads.source.policy, now), override };
  });
}

/** The filter for one pupil in one group. */
export function oneEnrolment(studentId: bigint, groupId: bigint): EnrolmentFilter {
  return { where: sql<boolean>`e.student_id = ${studentId} and e.group_id = ${groupId}` };
}

interface EnrolmentRow extends Omit<EnrolmentsTable, 'sessions_account_id' | 'money_account_id'> {
  readonly student_code: string | null;
  readonly student_name: string | null;
  readonly group_name: string | null;
  readonly standard_fee: bigint | null;
  readonly master_active: bigint;
  readonly sessions_id: bigint;
  readonly sessions_balance: bigint;
  readonly sessions_held: bigint;
  readonly sessions_floor: bigint | null;
  readonly sessions_status: AccountStatus;
  readonly sessions_authority: Authority;
  readonly money_id: bigint;
  readonly money_balance: bigint;
  readonly money_held: bigint;
  readonly money_status: AccountStatus;
  readonly money_authority: Authority;
  readonly make_up_id: bigint | null;
  readonly make_up_balance: bigint | null;
  readonly make_up_available: bigint | null;
  readonly make_up_status: AccountStatus | null;
  readonly make_up_authority: Authority | null;
  readonly attended: bigint;
}

const accounts = sql.table('carryover_accounts');
const students = { alias: 'st', table: 'students' };
const groups = { alias: 'g', table: 'groups' };

function selectEnrolments({ source }: Reads, { where, limit }: EnrolmentFilter): RawBuilder<EnrolmentRow> {
  const { int64, minorUnits, text } = source.expressions;
  const st = columnsOf(source, students);
  const g = columnsOf(source, groups);
  const asText = (value: RawBuilder<unknown>): RawBuilder<unknown> => text(value);
  const attended = sql`coalesce((
    select -sum(n.amount) from ${sql.table('carryover_entries')} n where n.account_id = s.id and n.contra = 'attendance'), 0)`;
  const isMasterActive = sql`${st('student_id')} is not null and ${g('group_id')} is not null
    and ${flagOrTrue(source, students, 'is_active')} and ${flagOrTrue(source, groups, 'is_active')}`;
  return sql<EnrolmentRow>`
    select e.student_id, e.group_id, e.standing, e.financial_status, e.custom_fee, e.started_at, e.active, e.block_code, e.blocked_at,
      ${columnOrNull(source, { ...students, column: 'student_code' }, asText)} as student_code,
      ${columnOrNull(source, { ...students, column: 'full_name' }, asText)} as student_name,
      ${columnOrNull(source, { ...groups, column: 'group_name' }, asText)} as group_name,
      ${minorUnits(g('standard_fee'), source.policy.currencyScale)} as standard_fee,
      ${asFlag(isMasterActive)} as master_active,
      s.id as sessions_id, s.balance as sessions_balance, s.held as sessions_held, s.floor as sessions_floor,
      s.status as sessions_status, s.authority as sessions_authority,
      m.id as money_id, m.balance as money_balance, m.held as money_held, m.status as money_status, m.authority as money_authority,
      k.id as make_up_id, k.balance as make_up_balance, ${int64(makeUpAvailable(source))} as make_up_available,
      k.status as make_up_status, k.authority as make_up_authority, ${int64(attended)} as attended
    from ${sql.table('carryover_tuition_enrolments')} e
    join ${accounts} s on s.id = e.sessions_account_id
    join ${accounts} m on m.id = e.money_account_id
    left join ${accounts} k on k.system_name = 'tuition' and k.kind = 'make-up'
      and k.owner = ${ownerOf(source, sql`e.student_id`, sql`e.group_id`)}
    left join ${aliased(source, students)} on ${st('student_id')} = e.student_id
    left join ${aliased(source, groups)} on ${g('group_id')} = e.group_id
    where ${where}
    order by e.student_id, e.group_id ${limit === undefined ? sql`` : sql`limit ${sql.lit(limit)}`}`;
}

/** What is left of granted lots. Their expiry is the database clock's to decide, as it is when one is used. */
function makeUpAvailable(source: Reads['source']): RawBuilder<unknown> {
  return sql`coalesce((
    select sum(l.remaining) from ${sql.table('carryover_lots')} l
    where l.account_id = k.id and l.remaining > 0 and (l.expires_at is null or l.expires_at > ${source.expressions.now()})), 0)`;
}

function factsOf(row: EnrolmentRow): Omit<EnrolmentFacts, Terms | 'override'> {
  return {
    studentId: row.student_id,
    groupId: row.group_id,
    studentCode: row.student_code,
    studentName: row.student_name,
    groupName: row.group_name,
    ...accountsOf(row),
    row,
    standardFee: row.standard_fee,
    isActive: row.active === 1n,
    isMasterActive: row.master_active === 1n,
    attended: row.attended,
    paid: row.sessions_balance + row.attended,
    block: row.block_code,
    blockedAt: row.blocked_at,
  };
}

function accountsOf(row: EnrolmentRow): Pick<EnrolmentFacts, 'sessions' | 'money' | 'makeUp'> {
  return {
    sessions: {
      id: row.sessions_id,
      balance: row.sessions_balance,
      available: row.sessions_balance - row.sessions_held,
      floor: row.sessions_floor,
      status: row.sessions_status,
      authority: row.sessions_authority,
    },
    money: {
      id: row.money_id,
      balance: row.money_balance,
      available: row.money_balance - row.money_held,
      floor: 0n,
      status: row.money_status,
      authority: row.money_authority,
    },
    makeUp:
      row.make_up_id === null
        ? undefined
        : {
            id: row.make_up_id,
            balance: row.make_up_balance as bigint,
            available: row.make_up_available as bigint,
            floor: 0n,
            status: row.make_up_status as AccountStatus,
            authority: row.make_up_authority as Authority,
          },
  };
}

type Terms = 'standing' | 'fee' | 'isFree' | 'floor';

function termsOf(row: EnrolmentRow, policy: TuitionPolicy, now: Instant): Pick<EnrolmentFacts, Terms> {
  const fee = effectiveFee(row, row.standard_fee);
  const isFree = fee === 0n;
  const standing = standingNow(row, now, policy);
  const floor = floorAfter({ floor: row.sessions_floor, standingBefore: row.standing, standing, isFree }, policy);
  return { standing, fee, isFree, floor };
}

interface OverrideRow {
  readonly student_id: bigint;
  readonly group_id: bigint;
  readonly id: bigint;
  readonly effect: OverridesTable['effect'];
  readonly until_at: Instant | null;
}

const OVERRIDE_ORDER: readonly OverridesTable['effect'][] = ['block', 'freeze', 'allow'];

async function loadOverrides(
  { database, handle }: Reads,
  rows: readonly EnrolmentRow[],
  now: Instant,
): Promise<ReadonlyMap<string, OverrideFacts>> {
  const { statements, expressions } = database.dialect;
  const wanted = statements.rows('e', {
    columns: { student_id: 'int64', group_id: 'int64' },
    rows: rows.map(({ student_id, group_id }) => [student_id, group_id]),
  });
  const at = expressions.instant(now);
  const found = await sql<OverrideRow>`
    select o.student_id, o.group_id, o.id, o.effect, o.until_at
    from ${wanted} join ${sql.table('carryover_tuition_overrides')} o on o.student_id = e.student_id and o.group_id = e.group_id
    where o.ended_at is null and o.from_at <= ${at} and (o.until_at is null or o.until_at > ${at})`.execute(handle);
  const first = new Map<string, OverrideFacts>();
  const ordered = found.rows.toSorted(
    (one, other) => OVERRIDE_ORDER.indexOf(one.effect) - OVERRIDE_ORDER.indexOf(other.effect),
  );
  for (const { student_id, group_id, id, effect, until_at } of ordered) {
    const enrolment = `${student_id}:${group_id}`;
    if (!first.has(enrolment)) first.set(enrolment, { id, effect, until: until_at });
  }
  return first;
}
