import type { TSchema } from 'typebox';
import type { Instant } from '../../../base/instant.ts';
import * as answer from '../../answer-fields.ts';
import { schoolDate } from '../calendar/school-calendar.ts';
import { standardFloor } from '../fees-and-standing.ts';
import { decideGate, sessionsOverLimit, type BlockCode } from '../gate/decide-gate.ts';
import { scanCodeSchema, textsSchema } from '../gate/scan-schemas.ts';
import { renderScan, type Locale, type ScanCode, type TextParams } from '../gate/scan-texts.ts';
import { writeMoney } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { gateFacts } from './gate-facts.ts';
import type { EnrolmentFacts } from './load-enrolments.ts';

/** Where a pupil stands in a group. Ids, sessions and money are decimal texts. */
export interface CreditStatus {
  readonly studentId: string;
  readonly groupId: string;
  readonly isActive: boolean;
  readonly isNewStudent: boolean;
  readonly financialStatus: 'normal' | 'symbolic' | 'exempt';
  /** What a month costs; null where neither enrolment nor group says it. */
  readonly fee: string | null;
  /** Sessions that may be unpaid. */
  readonly creditBalance: string;
  readonly sessionsAttended: string;
  readonly sessionsPaidFor: string;
  readonly debt: string;
  /** Sessions that can be attended before the door refuses; null where nothing is owed. */
  readonly remainingCredit: string | null;
  readonly isBlocked: boolean;
  /** `credit_exceeded_2`, `new_student_no_payment`, `blocked_by_hand`, or empty; the number is of this moment (T-17). */
  readonly blockReason: string;
  readonly blockText: Readonly<Record<Locale, string>> | null;
  readonly blockedAt: string | null;
  /** Money that has bought no session yet. */
  readonly money: string;
  readonly makeUpSessions: string;
  /** A block, pass or freeze by hand that is in force. */
  readonly override: { readonly effect: 'block' | 'allow' | 'freeze'; readonly until: string | null } | null;
  /** What the door would say if the pupil came now, door hours left aside. */
  readonly nextSession: { readonly admitted: boolean; readonly code: ScanCode };
}

const overrideSchema: TSchema = answer.answerOf<NonNullable<CreditStatus['override']>>(
  {
    effect: answer.oneOf(['block', 'allow', 'freeze'], 'What it does at the door'),
    until: answer.nullable(answer.instant('Until when; null until somebody ends it')),
  },
  'A block, pass or freeze by hand that is in force',
);

const nextSessionSchema: TSchema = answer.answerOf<CreditStatus['nextSession']>(
  { admitted: answer.flag('Whether the door would let the pupil in'), code: scanCodeSchema },
  'What the door would say if the pupil came now, door hours left aside',
);

/** The schemas of its members, for answers that say more. */
export const creditStatusMembers: answer.Members<CreditStatus> = {
  studentId: answer.id('The pupil'),
  groupId: answer.id('The group'),
  isActive: answer.flag('False after the pupil has left the group'),
  isNewStudent: answer.flag('True until the first payment, or until long enough in the group'),
  financialStatus: answer.oneOf(['normal', 'symbolic', 'exempt'], 'What the pupil pays'),
  fee: answer.nullable(answer.amount('What a month costs; null where neither enrolment nor group says it')),
  creditBalance: answer.wholeText('Sessions that may be unpaid'),
  sessionsAttended: answer.wholeText('Sessions that were attended'),
  sessionsPaidFor: answer.wholeText('Sessions that were paid for'),
  debt: answer.wholeText('Sessions attended beyond those paid for; negative while some are paid ahead'),
  remainingCredit: answer.nullable(
    answer.wholeText('Sessions that can be attended before the door refuses; null where nothing is owed'),
  ),
  isBlocked: answer.flag('Whether a block stands, by hand or for money'),
  blockReason: answer.text('The block as a word, such as credit_exceeded_2; empty where none stands'),
  blockText: answer.nullable(textsSchema),
  blockedAt: answer.nullable(answer.instant('When the block began, where that is known')),
  money: answer.amount('Money that has bought no session yet'),
  makeUpSessions: answer.wholeText('Make-up sessions that can be used'),
  override: answer.nullable(overrideSchema),
  nextSession: nextSessionSchema,
};

/** The schema of `CreditStatus`. */
export const creditStatusSchema: TSchema = answer.answerOf<CreditStatus>(
  creditStatusMembers,
  'Where the pupil stands in the group',
);

/** The credit status of an enrolment. */
export function creditStatusOf(enrolment: EnrolmentFacts, policy: TuitionPolicy, now: Instant): CreditStatus {
  const { floor, standing } = enrolment;
  const refusal = refusalOf(enrolment, policy, now);
  const block = blockOf(enrolment);
  return {
    studentId: enrolment.studentId.toString(),
    groupId: enrolment.groupId.toString(),
    isActive: enrolment.isActive,
    isNewStudent: standing === 'new',
    financialStatus: enrolment.row.financial_status,
    fee: enrolment.fee === null ? null : writeMoney(enrolment.fee, policy),
    creditBalance: (-(floor ?? standardFloor(standing, policy))).toString(),
    sessionsAttended: enrolment.attended.toString(),
    sessionsPaidFor: enrolment.paid.toString(),
    debt: debtOf(enrolment).toString(),
    remainingCredit: remainingOf(enrolment)?.toString() ?? null,
    isBlocked: block !== null,
    blockReason: block === null ? '' : reasonText(enrolment, block),
    blockText: block === null ? null : renderScan(block, refusalParams(enrolment, policy)),
    blockedAt: block === null ? null : (enrolment.blockedAt?.toString() ?? null),
    money: writeMoney(enrolment.money.balance, policy),
    makeUpSessions: (enrolment.makeUp?.available ?? 0n).toString(),
    override:
      enrolment.override === null
        ? null
        : { effect: enrolment.override.effect, until: enrolment.override.until?.toString() ?? null },
    nextSession: { admitted: refusal === null, code: refusal ?? 'present' },
  };
}

/** Sessions attended beyond those paid for; negative while some are paid ahead. */
export function debtOf({ sessions }: Pick<EnrolmentFacts, 'sessions'>): bigint {
  return -sessions.balance;
}

/** Sessions that can be attended before the floor is reached; null where there is none. */
export function remainingOf({ sessions, floor }: Pick<EnrolmentFacts, 'sessions' | 'floor'>): bigint | null {
  return floor === null ? null : sessions.available - floor;
}

/** Why the door would refuse, or null. */
export function refusalOf(enrolment: EnrolmentFacts, policy: TuitionPolicy, now: Instant): ScanCode | null {
  if (!enrolment.isActive || !enrolment.isMasterActive) return 'not_enrolled';
  const decision = decideGate(gateFacts(enrolment, policy, now));
  return decision.admit ? null : decision.code;
}

/** The numbers and dates that a refusal's text may have. */
export function refusalParams(enrolment: EnrolmentFacts, { zone }: Pick<TuitionPolicy, 'zone'>): TextParams {
  const { override } = enrolment;
  const until = override === null || override.effect === 'allow' ? null : override.until;
  return {
    debt: debtOf(enrolment).toString(),
    number: numberOf(enrolment).toString(),
    attended: enrolment.attended.toString(),
    paid: enrolment.paid.toString(),
    until: until === null ? '—' : schoolDate(until, zone),
  };
}

type Block = BlockCode | 'blocked_by_hand';

/** A block by hand stands before the derived one. */
function blockOf({ override, block }: EnrolmentFacts): Block | null {
  return override?.effect === 'block' ? 'blocked_by_hand' : block;
}

function reasonText(enrolment: EnrolmentFacts, block: Block): string {
  return block === 'credit_exceeded' ? `${block}_${numberOf(enrolment)}` : block;
}

function numberOf({ sessions, floor }: EnrolmentFacts): bigint {
  return sessionsOverLimit({ available: sessions.available, floor });
}
