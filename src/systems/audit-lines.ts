import { formatActor } from '../base/actor.ts';
import { canonicalJson, type CanonicalValue } from '../base/canonical-json.ts';
import type { WriteCall } from './write-call.ts';

/** One line of the audit. */
export interface AuditLine<Action extends string = string> {
  readonly action: Action;
  /** What was acted on, by ids: `enrolment:12:3`, `user:9f0c`. */
  readonly subject: string;
  readonly accountId: bigint | null;
  readonly before?: CanonicalValue;
  readonly after?: CanonicalValue;
  readonly reason?: string | undefined;
}

/**
 * Writes audit lines of a system in the call's transaction: who, in which role, from which address, why, and what it was before and
 * after. Nothing changes or deletes them afterwards; the table refuses it.
 */
export async function appendAuditLines<Policy>(
  call: WriteCall<Policy>,
  system: string,
  lines: readonly AuditLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const { actor, role, ipAddress, database } = call.context;
  await database.dialect.statements.insertRows(call.trx, 'carryover_audit', {
    columns: {
      system_name: 'text',
      action: 'text',
      account_id: 'int64',
      subject: 'text',
      actor: 'text',
      role: 'text',
      ip_address: 'text',
      reason: 'text',
      before_state: 'json',
      after_state: 'json',
      recorded_at: 'instant',
    },
    rows: lines.map((line) => [
      system,
      line.action,
      line.accountId,
      line.subject,
      formatActor(actor),
      role ?? null,
      ipAddress ?? null,
      line.reason ?? null,
      line.before === undefined ? null : canonicalJson(line.before),
      line.after === undefined ? null : canonicalJson(line.after),
      call.recordedAt,
    ]),
  });
}
