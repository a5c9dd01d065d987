import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions, type RefusalDetails } from '../../../ledger/kernel/refusal-definitions.ts';
import { deskTables } from '../queries/desk-tables.ts';
import { loadEnrolments, oneEnrolment, type EnrolmentFacts, type EnrolmentFilter } from '../queries/load-enrolments.ts';
import type { EnrolmentsTable } from '../tables.ts';
import { enrolmentUnknown } from '../tuition-errors.ts';
import type { OperationCall } from './operation-call.ts';

/** Names a pupil in a group. */
export interface EnrolmentId {
  readonly studentId: bigint;
  readonly groupId: bigint;
}

/**
 * Locks the accounts of a pupil in a group and gives the facts as they stand under the lock. Every operation that writes
 * comes through here, so two desks at one enrolment take turns. Throws `TUITION_ENROLMENT_UNKNOWN`, then
 * `LEDGER_AUTHORITY_LEGACY` while legacy decides the balance, then `LEDGER_ACCOUNT_CLOSED` after it was ended for good.
 */
export async function lockEnrolment(call: OperationCall, id: EnrolmentId, attempt: string): Promise<EnrolmentFacts> {
  const [enrolment] = await lockEnrolments(call, oneEnrolment(id.studentId, id.groupId));
  if (enrolment === undefined) {
    throw new CarryoverError(enrolmentUnknown, { studentId: id.studentId.toString(), groupId: id.groupId.toString() });
  }
  requireLedgerAuthority(enrolment, attempt);
  if (!isClosed(enrolment)) return enrolment;
  throw refused('LEDGER_ACCOUNT_CLOSED', { attempt, enrolment, accountId: enrolment.sessions.id });
}

/**
 * Locks the accounts of several enrolments at once, in the order of their ids, which is what keeps two calls that share some
 * from deadlocking. Gives those of legacy authority too; the caller leaves them alone.
 */
export async function lockEnrolments(call: OperationCall, filter: EnrolmentFilter): Promise<readonly EnrolmentFacts[]> {
  const before = await loadEnrolments(call.reads, filter, call.now);
  if (before.length === 0) return [];
  await call.ledger.lock(before.flatMap(accountIds));
  // What was read before the lock may have changed while it was waited for, so all of it is read again.
  return loadEnrolments(call.reads, filter, call.now);
}

function requireLedgerAuthority(enrolment: EnrolmentFacts, attempt: string): void {
  const legacy = [enrolment.sessions, enrolment.money].find(({ authority }) => authority === 'legacy');
  if (legacy !== undefined) throw refused('LEDGER_AUTHORITY_LEGACY', { attempt, enrolment, accountId: legacy.id });
}

function refused(
  code: 'LEDGER_AUTHORITY_LEGACY' | 'LEDGER_ACCOUNT_CLOSED',
  given: { readonly attempt: string; readonly enrolment: EnrolmentFacts; readonly accountId: bigint },
): CarryoverError<RefusalDetails> {
  const { studentId, groupId } = given.enrolment;
  const attempt = `${given.attempt} enrolment "${studentId}:${groupId}"`;
  return new CarryoverError(refusalDefinitions[code], { attempt, accountId: given.accountId.toString() });
}

/** True after the enrolment was ended for good. */
export function isClosed({ sessions }: EnrolmentFacts): boolean {
  return sessions.status === 'closed';
}

/** True where the ledger decides the balances. */
export function isUnderLedger({ sessions, money }: EnrolmentFacts): boolean {
  return sessions.authority === 'ledger' && money.authority === 'ledger';
}

/** The facts anew, after the call wrote something about an enrolment whose accounts it holds. */
export async function reloadEnrolment(call: OperationCall, id: EnrolmentId): Promise<EnrolmentFacts> {
  const [enrolment] = await loadEnrolments(call.reads, oneEnrolment(id.studentId, id.groupId), call.now);
  if (enrolment === undefined)
    throw new Error(`Enrolment ${id.studentId}:${id.groupId} is gone while its accounts are locked.`);
  return enrolment;
}

function accountIds({ sessions, money, makeUp }: EnrolmentFacts): bigint[] {
  return [sessions.id, money.id, ...(makeUp === undefined ? [] : [makeUp.id])];
}

/** Sets columns of an enrolment whose accounts are locked. */
export async function updateEnrolment(
  call: OperationCall,
  { studentId, groupId }: EnrolmentId,
  columns: Partial<EnrolmentColumns>,
): Promise<void> {
  if (Object.keys(columns).length === 0) return;
  await deskTables(call.trx)
    .updateTable('carryover_tuition_enrolments')
    .set(columns)
    .where('student_id', '=', studentId)
    .where('group_id', '=', groupId)
    .execute();
}

type EnrolmentColumns = Pick<
  EnrolmentsTable,
  'standing' | 'financial_status' | 'custom_fee' | 'active' | 'block_code' | 'blocked_at'
>;
