import { formatActor } from '../../../base/actor.ts';
import { canonicalJson } from '../../../base/canonical-json.ts';
import type { ScanCode, ScanColor, TextParams } from '../gate/scan-texts.ts';
import type { OperationCall } from '../writes/operation-call.ts';

/** A scan that was refused, or would have been in the shadow period. */
export interface Attempt {
  readonly studentId: bigint | null;
  readonly groupId: bigint | null;
  readonly date: string;
  readonly color: ScanColor;
  readonly code: ScanCode;
  readonly params: TextParams;
  readonly shadow: boolean;
}

/** Writes down a refused or shadowed scan. What was on an unknown card is not kept: it may be anybody's. */
export async function recordAttempt(call: OperationCall, attempt: Attempt): Promise<void> {
  const { statements } = call.context.database.dialect;
  await statements.insertRows(call.trx, 'carryover_tuition_attempts', {
    columns: {
      student_id: 'int64',
      group_id: 'int64',
      session_date: 'text',
      color: 'text',
      code: 'text',
      details: 'json',
      shadow: 'int64',
      attempted_at: 'instant',
      actor: 'text',
    },
    rows: [
      [
        attempt.studentId,
        attempt.groupId,
        attempt.date,
        attempt.color,
        attempt.code,
        canonicalJson(attempt.params),
        attempt.shadow ? 1n : 0n,
        call.now,
        formatActor(call.context.actor),
      ],
    ],
  });
}
