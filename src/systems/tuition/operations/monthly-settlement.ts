import { sql, type RawBuilder } from 'kysely';
import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { monthBounds } from '../calendar/school-calendar.ts';
import * as field from '../inputs/input-fields.ts';
import { readId, writeMoney } from '../inputs/read-values.ts';
import { paymentRows } from '../legacy-payments.ts';
import type { TuitionPolicy } from '../policy.ts';
import type { Reads } from '../queries/legacy-reads.ts';
import { loadGroups, type Group } from '../queries/load-groups.ts';
import { runRead } from '../queries/run-read.ts';

/** The month that is settled. */
export interface MonthlySettlementInput {
  readonly month: string;
  readonly groupId?: string;
  readonly teacherId?: string;
}

/** One group's money of a month. Amounts are decimal texts. */
export interface GroupSettlement {
  readonly groupId: string;
  readonly groupName: string | null;
  readonly teacherId: string | null;
  readonly received: string;
  readonly refunded: string;
  readonly revenue: string;
  /** Percent that the school keeps, with two decimals. */
  readonly centerPercent: string;
  readonly teacherShare: string;
  readonly centerShare: string;
}

/** The settlement of a month. */
export interface MonthlySettlement {
  readonly month: string;
  readonly groups: readonly GroupSettlement[];
  readonly received: string;
  readonly refunded: string;
  readonly revenue: string;
  readonly teacherShare: string;
  readonly centerShare: string;
}

type Money = Pick<MonthlySettlement, 'received' | 'refunded' | 'revenue' | 'teacherShare' | 'centerShare'>;

const moneyMembers: answer.Members<Money> = {
  received: answer.amount('What came in'),
  refunded: answer.amount('What went back'),
  revenue: answer.amount('What came in minus what went back'),
  teacherShare: answer.amount('The share of the teacher'),
  centerShare: answer.amount('The share of the school'),
};

const groupSchema: TSchema = answer.answerOf<GroupSettlement>({
  groupId: answer.id('The group'),
  groupName: answer.nullable(answer.text('The name of the group')),
  teacherId: answer.nullable(answer.id('The teacher')),
  centerPercent: answer.amount('Percent that the school keeps'),
  ...moneyMembers,
});

const monthlySettlementSchema: TSchema = answer.answerOf<MonthlySettlement>({
  month: answer.month('The month'),
  groups: answer.list(groupSchema, 'The groups in which money moved'),
  ...moneyMembers,
});

/**
 * Settles a month: what came in between its first and last instant by the school's clocks, minus what went back, per group. The
 * teacher's share is revenue x (100 - percent) / 100 in whole minor units, rounded toward zero for each group; the school keeps
 * the rest, so the two always add up to the revenue. A refund counts in the month it is made, so that a settled month never
 * changes. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`.
 */
export const monthlySettlement: Operation<TuitionPolicy, MonthlySettlementInput, MonthlySettlement> = defineOperation({
  name: 'monthly-settlement',
  title: 'Settle a month: what came in per group, and the shares of teacher and school',
  input: field.inputOf({
    month: field.month('The month'),
    groupId: field.optional(field.id('Of this group only')),
    teacherId: field.optional(field.id('Of this teacher only')),
  }),
  writes: false,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: monthlySettlementSchema,
  errors: [],
  run: (context, input) =>
    runRead(context, async (reads) => {
      const { policy } = context;
      const sums = await moneyOfMonth(reads, input.month);
      const groups = await loadGroups(reads, { groupIds: [...sums.keys()], dates: [] });
      const wanted = groups.filter((group) => isWanted(group, input));
      const settled = wanted.map((group) => settle(group, sums.get(group.groupId) ?? NOTHING, policy));
      const total = settled.reduce(add, { received: 0n, refunded: 0n, teacher: 0n, center: 0n });
      return { month: input.month, groups: settled.map((each) => shown(each, policy)), ...shownAmounts(total, policy) };
    }),
});

interface MonthMoney {
  readonly received: bigint;
  readonly refunded: bigint;
}

const NOTHING: MonthMoney = { received: 0n, refunded: 0n };

/**
 * Payments of the application that can be read (money for a pupil without an enrolment has come in all the same), by their date (those without one by the month they are for), and payments and refunds of this
 * system. Kept money that was spent has come in before, so it is in neither sum. What the application's rows were told of this system's
 * payments and refunds is taken out of them, since it is here already.
 */
async function moneyOfMonth(reads: Reads, month: string): Promise<ReadonlyMap<bigint, MonthMoney>> {
  const { source, handle } = reads;
  const { instant, int64 } = source.expressions;
  const { from, until } = monthBounds(month, source.policy.zone);
  const within = (at: RawBuilder<unknown>): RawBuilder<boolean> =>
    sql<boolean>`(${at} >= ${instant(from)} and ${at} < ${instant(until)})`;
  const zero = int64(sql.lit(0));
  const { rows } = await sql<{ group_id: bigint; received: bigint; refunded: bigint }>`
    select x.group_id, ${int64(sql`sum(x.received)`)} as received, ${int64(sql`sum(x.refunded)`)} as refunded
    from (
      select l.group_id, l.paid - coalesce(t.amount, 0) as received, ${zero} as refunded from (${paymentRows(source)}) l
      left join ${sql.table('carryover_tuition_mirrored_payments')} t
        on t.student_id = l.student_id and t.group_id = l.group_id and t.legacy_payment_id = l.payment_id
      where (l.flaw is null or (l.flaw = 'no-enrolment' and l.paid >= 0))
        and (${within(sql`l.paid_at`)} or (l.paid_at is null and l.month = ${month}))
      union all
      select p.group_id, p.amount as received, ${zero} as refunded from ${sql.table('carryover_tuition_payments')} p
      where p.origin = 'received' and ${within(sql`p.paid_at`)}
      union all
      select r.group_id, ${zero} as received, r.amount as refunded from ${sql.table('carryover_tuition_refunds')} r
      left join ${sql.table('carryover_tuition_payments')} p on p.id = r.payment_id
      where (p.origin is null or p.origin = 'received') and ${within(sql`r.refunded_at`)}) x
    group by x.group_id`.execute(handle);
  return new Map(rows.map(({ group_id, ...money }) => [group_id, money]));
}

function isWanted({ groupId, teacherId }: Group, input: MonthlySettlementInput): boolean {
  if (input.groupId !== undefined && readId('a group id', input.groupId) !== groupId) return false;
  return input.teacherId === undefined || readId('a teacher id', input.teacherId) === teacherId;
}

interface Settled extends MonthMoney {
  readonly group: Group;
  readonly basisPoints: bigint;
  readonly teacher: bigint;
  readonly center: bigint;
}

function settle(group: Group, money: MonthMoney, policy: TuitionPolicy): Settled {
  const basisPoints = group.centerBasisPoints ?? BigInt(policy.centerPercentage) * 100n;
  const revenue = money.received - money.refunded;
  // Division of bigints cuts toward zero, also where refunds make the revenue negative.
  const teacher = (revenue * (10_000n - basisPoints)) / 10_000n;
  return { ...money, group, basisPoints, teacher, center: revenue - teacher };
}

type Amounts = Omit<Settled, 'group' | 'basisPoints'>;

function add(total: Amounts, each: Amounts): Amounts {
  return {
    received: total.received + each.received,
    refunded: total.refunded + each.refunded,
    teacher: total.teacher + each.teacher,
    center: total.center + each.center,
  };
}

function shown(each: Settled, policy: TuitionPolicy): GroupSettlement {
  const { groupId, name, teacherId } = each.group;
  const percent = each.basisPoints.toString().padStart(3, '0');
  return {
    groupId: groupId.toString(),
    groupName: name,
    teacherId: teacherId?.toString() ?? null,
    centerPercent: `${percent.slice(0, -2)}.${percent.slice(-2)}`,
    ...shownAmounts(each, policy),
  };
}

function shownAmounts(
  { received, refunded, teacher, center }: Amounts,
  policy: TuitionPolicy,
): Pick<MonthlySettlement, 'received' | 'refunded' | 'revenue' | 'teacherShare' | 'centerShare'> {
  return {
    received: writeMoney(received, policy),
    refunded: writeMoney(refunded, policy),
    revenue: writeMoney(received - refunded, policy),
    teacherShare: writeMoney(teacher, policy),
    centerShare: writeMoney(center, policy),
  };
}
