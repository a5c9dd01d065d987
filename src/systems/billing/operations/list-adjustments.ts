import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { PAGE_LIMIT, readCursor, type Page, type PageRequest } from '../../pages.ts';
import { adjustmentAnswer, adjustmentSchema, type AdjustmentAnswer } from '../adjustments/adjustment-answer.ts';
import * as field from '../inputs/input-fields.ts';
import type { BillingPolicy } from '../policy.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { runRead } from '../writes/billing-call.ts';

/** Which adjustments. */
export interface ListAdjustmentsInput extends PageRequest {
  readonly userId?: string;
  readonly status?: 'applied' | 'pending' | 'rejected';
}

/** Lists what staff gave, took, or asked for, newest first. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`. */
export const listAdjustments: Operation<BillingPolicy, ListAdjustmentsInput, Page<AdjustmentAnswer>> = defineOperation({
  name: 'list-adjustments',
  title: 'List what staff gave, took, or asked for, newest first',
  input: field.inputOf({
    userId: field.optional(field.userId),
    status: field.optional(field.oneOf(['applied', 'pending', 'rejected'], 'Only those')),
    after: field.optional(field.after),
    limit: field.optional(field.limit),
  }),
  writes: false,
  access: { roles: STAFF },
  answer: answer.pageOf(adjustmentSchema),
  errors: [],
  run: (context, input) =>
    runRead(context, async (handle) => {
      const limit = input.limit ?? PAGE_LIMIT;
      const [after] = input.after === undefined || input.after === '' ? [] : readCursor(input.after, /^(\d{1,18})$/);
      let query = billingTables(handle).selectFrom('carryover_billing_adjustments').selectAll().orderBy('id', 'desc');
      if (input.userId !== undefined) query = query.where('user_id', '=', input.userId);
      if (input.status !== undefined) query = query.where('status', '=', input.status);
      if (after !== undefined) query = query.where('id', '<', after);
      const rows = await query.limit(limit + 1).execute();
      const kept = rows.slice(0, limit);
      const next = rows.length > limit ? (kept.at(-1)?.id.toString() ?? null) : null;
      return { rows: kept.map(adjustmentAnswer), next };
    }),
});
