import { sql, type RawBuilder } from 'kysely';
import type { LossRow } from '../../../cutover/live-descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import { financialStatuses, returningSince } from '../legacy-enrolments.ts';
import { withPlanSessions } from '../plan-sessions.ts';
import { KEPT_PLAN } from '../plans/plan-book.ts';
import { aliased, columnsOf, flagOrTrue, isOneOf, type TuitionSource } from '../read-legacy.ts';
import { UNTOLD } from './told-entries.ts';

/** Where losses are looked for. */
interface Decided {
  readonly source: TuitionSource;
  /** The accounts that the ledger decides. */
  readonly accounts: RawBuilder<unknown>;
}

const enrolments = sql.table('carryover_tuition_enrolments');
const legacyEnrolments = { alias: 'l', table: 'student_group_enrollments' };

/**
 * What the school's tables could not hold of the enrolments that the ledger decides: money and entries that no row of theirs says, and
 * everything that was decided by hand. Each on the account it is about; what is about the enrolment, on its sessions account.
 */
export function tuitionLosses(source: TuitionSource, decided: RawBuilder<unknown>): RawBuilder<LossRow> {
  const given = { source, accounts: sql`(${decided})` };
  const parts = [
    keptMoney(given),
    untoldEntries(given),
    heldAmounts(given),
    planPrices(given),
    makeUpCredits(given),
    overridesInForce(given),
    graceByHand(given),
    changedTerms(given),
    openedHere(given),
  ];
  return sql<LossRow>`${sql.join(parts, sql` union all `)}`;
}

/** One part: a loss by name, with its numbers, of accounts `a` of enrolments `e`. */
function loss(
  source: TuitionSource,
  given: {
    readonly name: string | RawBuilder<unknown>;
    readonly details: Readonly<Record<string, Fragment>>;
    readonly from: Fragment;
  },
): RawBuilder<unknown> {
  const { jsonObject, text } = source.expressions;
  return sql`select a.kind as kind, a.owner as owner, ${text(typeof given.name === 'string' ? sql.lit(given.name) : given.name)} as name,
    ${text(jsonObject(given.details))} as details ${given.from}`;
}

/** Those accounts with the enrolments that legacy has and whose account of that kind they are. */
function withEnrolments(
  accounts: RawBuilder<unknown>,
  column: 'sessions_account_id' | 'money_account_id',
): RawBuilder<unknown> {
  return sql`from ${accounts} a join ${enrolments} e on ${sql.ref(`e.${column}`)} = a.id and a.walk_key is not null`;
}

/** Money of no month, where on every month it would buy another session: see `tellBook`. */
function keptMoney({ source, accounts }: Decided): RawBuilder<unknown> {
  const { floorDivide, least, sumInt64 } = source.expressions;
  const months = sql.table('carryover_tuition_months');
  const ofEnrolment = (alias: string): RawBuilder<boolean> =>
    sql<boolean>`${sql.ref(`${alias}.student_id`)} = e.student_id and ${sql.ref(`${alias}.group_id`)} = e.group_id`;
  const counted = sql`(select ${sumInt64(sql`c.counted`)} from ${months} c
    where ${ofEnrolment('c')} and c.due = f.due and c.plan_sessions = f.plan_sessions)`;
  const more = sql`(${least(sql`f.received + k.received`, sql`f.due`)} - ${least(sql`f.received`, sql`f.due`)})`;
  const whole = (amount: Fragment): Fragment => floorDivide(sql`(${amount} * f.plan_sessions)`, sql`f.due`);
  return loss(source, {
    name: 'money-kept',
    details: { money: sql`k.received` },
    from: sql`${withEnrolments(accounts, 'money_account_id')}
      join ${months} k on ${ofEnrolment('k')} and k.plan = ${sql.lit(KEPT_PLAN)} and k.received > 0
      where not exists (select 1 from ${months} f where ${ofEnrolment('f')} and f.plan <> ${sql.lit(KEPT_PLAN)}
        and case when f.due > 0 then ${whole(sql`(${counted} + ${more})`)} - ${whole(counted)} when f.plan_sessions > 0 then 0 else 1 end = 0)`,
  });
}

/** Movements that no operation of this system made, and that were not taken back. */
function untoldEntries({ source, accounts }: Decided): RawBuilder<unknown> {
  const { sumInt64 } = source.expressions;
  return loss(source, {
    name: 'entries-by-hand',
    details: { amount: sql`a.amount` },
    from: sql`from (
        select u.kind as kind, u.owner as owner, ${sumInt64(sql`p.amount`)} as amount
        from ${accounts} u
        join ${sql.table('carryover_switched')} w on w.account_id = u.id
        join ${sql.table('carryover_mirrors')} m on m.account_id = w.account_id and m.entry_seq > w.seq_at_switch
        join ${sql.table('carryover_entries')} p on p.account_id = m.account_id and p.seq = m.entry_seq
        where m.source like ${sql.lit(`${UNTOLD}%`)}
        group by u.kind, u.owner having sum(p.amount) <> 0) a`,
  });
}

function heldAmounts({ source, accounts }: Decided): RawBuilder<unknown> {
  return loss(source, {
    name: 'holds',
    details: { held: sql`a.held` },
    from: sql`from ${accounts} a where a.walk_key is not null and a.held > 0`,
  });
}

/** Months that were sold with another number of sessions than legacy would count for them now. */
function planPrices({ source, accounts }: Decided): RawBuilder<unknown> {
  const months = sql`select a.kind, a.owner, m.student_id, m.group_id, m.month, m.plan_sessions as sold
    ${withEnrolments(accounts, 'sessions_account_id')}
    join ${sql.table('carryover_tuition_months')} m on m.student_id = e.student_id and m.group_id = e.group_id
    where m.plan <> ${sql.lit(KEPT_PLAN)} and (m.received > 0 or m.due = 0) and m.plan_sessions > 0`;
  const columns = ['kind', 'owner', 'student_id', 'group_id', 'month', 'sold'];
  return loss(source, {
    name: 'plan-sessions',
    details: { month: sql`a.month`, sold: sql`a.sold`, counted: sql`a.plan_sessions` },
    from: sql`from (${withPlanSessions(source, { query: months, columns })}) a where a.plan_sessions <> a.sold`,
  });
}

/** What is left of granted lots. The account that keeps them stays with the ledger, where nobody may use them without the others. */
function makeUpCredits({ source, accounts }: Decided): RawBuilder<unknown> {
  const { now, sumInt64 } = source.expressions;
  return loss(source, {
    name: 'make-up-credits',
    details: { sessions: sql`a.sessions` },
    from: sql`from (
        select u.kind as kind, u.owner as owner, ${sumInt64(sql`t.remaining`)} as sessions
        from ${accounts} u
        join ${sql.table('carryover_accounts')} k on k.system_name = 'tuition' and k.kind = 'make-up' and k.owner = u.owner
        join ${sql.table('carryover_lots')} t on t.account_id = k.id
        where u.kind = 'sessions' and u.walk_key is not null and t.remaining > 0 and (t.expires_at is null or t.expires_at > ${now()})
        group by u.kind, u.owner) a`,
  });
}

/** Blocks, passes and freezes that are in force or to come. */
function overridesInForce({ source, accounts }: Decided): RawBuilder<unknown> {
  const { now } = source.expressions;
  return loss(source, {
    name: sql`case o.effect when 'freeze' then 'freezes' else 'overrides' end`,
    details: { effect: sql`o.effect`, id: sql`o.id` },
    from: sql`${withEnrolments(accounts, 'sessions_account_id')}
      join ${sql.table('carryover_tuition_overrides')} o on o.student_id = e.student_id and o.group_id = e.group_id
      where o.ended_at is null and (o.until_at is null or o.until_at > ${now()})`,
  });
}

function graceByHand({ source, accounts }: Decided): RawBuilder<unknown> {
  const { graceSessions } = source.policy;
  return loss(source, {
    name: 'grace',
    details: { sessions: sql`-a.floor` },
    from: sql`${withEnrolments(accounts, 'sessions_account_id')}
      where a.floor is not null and a.status <> 'closed'
        and a.floor <> case e.standing when 'new' then ${sql.lit(-graceSessions.new)} else ${sql.lit(-graceSessions.returning)} end`,
  });
}

/** Standing, fee and activity that were changed here. Fees of 0 and none are the same to legacy. */
function changedTerms({ source, accounts }: Decided): RawBuilder<unknown> {
  const payments = { alias: 'p', table: 'payments' };
  const l = columnsOf(source, legacyEnrolments);
  const p = columnsOf(source, payments);
  const { instant } = source.expressions;
  const since = instant(returningSince(source.asOf, source.policy));
  const hasPaid = sql`exists (select 1 from ${aliased(source, payments)}
    where ${p('student_id')} = e.student_id and ${p('group_id')} = e.group_id and ${p('amount_paid')} > 0)`;
  const isActive = flagOrTrue(source, legacyEnrolments, 'is_active');
  return loss(source, {
    name: 'terms',
    details: {
      standing: sql`e.standing`,
      financial_status: sql`e.financial_status`,
      custom_fee: sql`e.custom_fee`,
      active: sql`e.active`,
    },
    from: sql`${withEnrolments(accounts, 'sessions_account_id')}
      join ${aliased(source, legacyEnrolments)} on ${l('student_id')} = e.student_id and ${l('group_id')} = e.group_id
      where e.financial_status <> ${legacyStatus(source)} or coalesce(e.custom_fee, 0) <> ${legacyFee(source)}
        or (e.active = 1 and not (${isActive})) or (e.active = 0 and ${isActive} and ${isMasterActive(source)})
        or (e.standing = 'returning' and e.started_at > ${since} and not (${hasPaid}))`,
  });
}

function legacyStatus(source: TuitionSource): RawBuilder<unknown> {
  const normal = sql.lit(financialStatuses[0]);
  if (!source.has(legacyEnrolments.table, 'financial_status')) return normal;
  const status = columnsOf(source, legacyEnrolments)('financial_status');
  return sql`case when ${isOneOf(source, status, financialStatuses)} then ${source.expressions.text(status)} else ${normal} end`;
}

function legacyFee(source: TuitionSource): RawBuilder<unknown> {
  if (!source.has(legacyEnrolments.table, 'custom_fee')) return sql`0`;
  const { hasMoreDecimals, minorUnits } = source.expressions;
  const fee = columnsOf(source, legacyEnrolments)('custom_fee');
  const scale = source.policy.currencyScale;
  return sql`case when ${fee} is null or ${fee} < 0 or ${hasMoreDecimals(fee, scale)} then 0 else ${minorUnits(fee, scale)} end`;
}

function isMasterActive(source: TuitionSource): RawBuilder<boolean> {
  const students = { alias: 'st', table: 'students' };
  const groups = { alias: 'g', table: 'groups' };
  return sql<boolean>`exists (select 1 from ${aliased(source, students)} cross join ${aliased(source, groups)}
    where ${columnsOf(source, students)('student_id')} = e.student_id and ${columnsOf(source, groups)('group_id')} = e.group_id
      and ${flagOrTrue(source, students, 'is_active')} and ${flagOrTrue(source, groups, 'is_active')})`;
}

/** Enrolments that began under ledger authority. They have no row in legacy and stay with the ledger when others go back. */
function openedHere({ source, accounts }: Decided): RawBuilder<unknown> {
  return loss(source, {
    name: 'enrolments',
    details: { balance: sql`a.balance` },
    from: sql`from ${accounts} a where a.walk_key is null and a.kind = 'sessions' and a.status <> 'closed'`,
  });
}
