import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { Plan } from '../plans/plan-book.ts';
import { aliased, columnsOf, unless } from '../read-legacy.ts';
import type { EnrolmentId } from '../writes/lock-enrolments.ts';
import type { TuitionWrite } from './legacy-rows.ts';
import type { BookToTell, LegacyPayment, UntoldPayment } from './tell-book.ts';
import type { BookEntry } from './told-entries.ts';

/** An enrolment with what its payment rows are brought to. */
export interface EnrolmentBook extends EnrolmentId {
  readonly book: BookToTell;
}

/** `12:3`. */
export function ownerName({ studentId, groupId }: EnrolmentId): string {
  return `${studentId}:${groupId}`;
}

/**
 * The books of the entries' enrolments. What the plans have received is read before the payments, so that a payment taken at this moment is
 * seen with the first only if it is seen with the second.
 */
export async function loadBooks(write: TuitionWrite, entries: readonly BookEntry[]): Promise<readonly EnrolmentBook[]> {
  const grouped = Map.groupBy(entries, ownerName);
  const ids = [...grouped.values()].flatMap(([first]) => first ?? []);
  const plans = await loadPlans(write, ids);
  const payments = await loadPayments(write, ids);
  const rows = await loadRows(write, ids);
  const eachRowIsPlan = write.source.policy.duplicateMonths === 'each-row';
  return ids.map(({ studentId, groupId }) => {
    const owner = ownerName({ studentId, groupId });
    const ofEntries = grouped.get(owner) ?? [];
    const asked = new Set(ofEntries.flatMap(({ paymentId, isReturn }) => (isReturn ? [] : (paymentId ?? []))));
    const own = payments.get(owner) ?? [];
    const ofLegacy = rows.get(owner) ?? [];
    const ofPlans = plans.get(owner) ?? [];
    return {
      studentId,
      groupId,
      book: {
        plans: ofPlans,
        rows: ofLegacy
          .filter(({ readable }) => readable === 1n)
          .map((row) => legacyPayment(row, { plans: ofPlans, own, eachRowIsPlan })),
        daysTaken: ofLegacy.flatMap(({ day }) => day ?? []),
        payments: own.filter(({ is_told: told }) => told === 0n).map((row) => untoldPayment(row, asked)),
        returned: new Set(ofEntries.flatMap(({ paymentId, isReturn }) => (isReturn ? (paymentId ?? []) : []))),
        voided: new Set(own.flatMap(({ id, status }) => (status === 'voided' ? id : []))),
        eachRowIsPlan,
        now: write.source.asOf,
      },
    };
  });
}

/** The enrolments as a table `w` of two numbers. */
function wanted({ database }: TuitionWrite, ids: readonly EnrolmentId[]): RawBuilder<unknown> {
  return database.dialect.statements.rows('w', {
    columns: { student_id: 'int64', group_id: 'int64' },
    rows: ids.map(({ studentId, groupId }) => [studentId, groupId]),
  });
}

type OwnerRow = { readonly student_id: bigint; readonly group_id: bigint };

function byOwner<Row extends OwnerRow>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  return Map.groupBy(rows, ({ student_id, group_id }) => ownerName({ studentId: student_id, groupId: group_id }));
}

async function loadPlans(
  write: TuitionWrite,
  ids: readonly EnrolmentId[],
): Promise<ReadonlyMap<string, readonly Plan[]>> {
  const { rows } = await sql<OwnerRow & Plan>`
    select m.student_id, m.group_id, m.plan, m.month, m.due, m.plan_sessions as sessions, m.received
    from ${wanted(write, ids)} join ${sql.table('carryover_tuition_months')} m on m.student_id = w.student_id and m.group_id = w.group_id
    order by m.month, m.plan`.execute(write.trx);
  return byOwner(rows);
}

interface PaymentRow extends OwnerRow {
  readonly id: bigint;
  readonly plan: string;
  readonly amount: bigint;
  readonly refunded: bigint;
  readonly status: string;
  readonly paid_at: Instant;
  readonly is_told: bigint;
}

/** Payments taken here, in the order they were, and whether a row stands for each. */
async function loadPayments(
  write: TuitionWrite,
  ids: readonly EnrolmentId[],
): Promise<ReadonlyMap<string, readonly PaymentRow[]>> {
  const { rows } = await sql<PaymentRow>`
    select p.student_id, p.group_id, p.id, p.plan, p.amount, p.refunded, p.status, p.paid_at,
      case when t.payment_id is null then 0 else 1 end as is_told
    from ${wanted(write, ids)} join ${sql.table('carryover_tuition_payments')} p on p.student_id = w.student_id and p.group_id = w.group_id
    left join ${sql.table('carryover_tuition_mirrored_payments')} t
      on t.student_id = p.student_id and t.group_id = p.group_id and t.payment_id = p.id
    order by p.id`.execute(write.trx);
  return byOwner(rows);
}

function untoldPayment(
  { id, plan, amount, refunded, status, paid_at: paidAt }: PaymentRow,
  asked: ReadonlySet<bigint>,
): UntoldPayment {
  const isVoided = status === 'voided';
  return { paymentId: id, plan, amount: isVoided ? 0n : amount - refunded, paidAt, isVoided, isAsked: asked.has(id) };
}

interface LegacyRow extends OwnerRow {
  readonly legacy_id: bigint;
  readonly month: string | null;
  readonly day: string | null;
  readonly due: bigint;
  readonly paid: bigint;
  readonly dated_at: Instant;
  readonly readable: bigint;
  readonly payment_id: bigint | null;
  readonly made: bigint | null;
}

/** The application's rows by the rule of what can be carried; the others only take their days. */
async function loadRows(
  write: TuitionWrite,
  ids: readonly EnrolmentId[],
): Promise<ReadonlyMap<string, readonly LegacyRow[]>> {
  const { source, trx } = write;
  const payments = { alias: 'p', table: 'payments' };
  const p = columnsOf(source, payments);
  const { dateOf, hasMoreDecimals, instantOf, instantOfDate, int64, minorUnits, monthOf } = source.expressions;
  const scale = source.policy.currencyScale;
  const readable = sql`${p('amount_paid')} >= 0 and ${p('amount_due')} >= 0 and ${monthOf(p('month'))} is not null
    and ${unless(hasMoreDecimals(p('amount_paid'), scale))} and ${unless(hasMoreDecimals(p('amount_due'), scale))}`;
  const { rows } = await sql<LegacyRow>`
    select w.student_id, w.group_id, ${int64(p('payment_id'))} as legacy_id, ${monthOf(p('month'))} as month, ${dateOf(p('month'))} as day,
      ${minorUnits(p('amount_due'), scale)} as due, ${minorUnits(p('amount_paid'), scale)} as paid,
      coalesce(${instantOf(p('payment_date'))}, ${instantOfDate(p('month'))}) as dated_at,
      case when ${readable} then 1 else 0 end as readable, t.payment_id, t.made
    from ${wanted(write, ids)}
    join ${aliased(source, payments)} on ${p('student_id')} = w.student_id and ${p('group_id')} = w.group_id
    left join ${sql.table('carryover_tuition_mirrored_payments')} t
      on t.student_id = w.student_id and t.group_id = w.group_id and t.legacy_payment_id = ${p('payment_id')}
    order by legacy_id`.execute(trx);
  return byOwner(rows);
}

/**
 * Where each row is a plan, the one of a payment taken here has the name that its operation gave it, until legacy has decided in between
 * and the row has its own.
 */
function legacyPayment(row: LegacyRow, book: PlansOfRows): LegacyPayment {
  const { legacy_id: legacyId, month, day, due, paid, dated_at: datedAt, payment_id: paymentId, made } = row;
  const ofRow = `${month}#${legacyId}`;
  const ofPayment = book.own.find(({ id }) => id === paymentId)?.plan;
  // What legacy decided in between left the payment's own plan without a price.
  const isPriced = book.plans.some((each) => each.plan === ofPayment && (each.due > 0n || each.sessions > 0n));
  const plan = !book.eachRowIsPlan ? `${month}` : isPriced ? `${ofPayment}` : ofRow;
  return { legacyId, plan, day: `${day}`, due, paid, datedAt, paymentId, isMade: made === 1n };
}

/** What tells the plan of a row. */
interface PlansOfRows {
  readonly plans: readonly Plan[];
  readonly own: readonly PaymentRow[];
  readonly eachRowIsPlan: boolean;
}
