import { Type, type TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import type { Instant } from '../../../base/instant.ts';
import type { Role } from '../../../base/role.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { makeAdjustment, needsSecondPerson } from '../adjustments/adjustment.ts';
import { claimBulk } from '../adjustments/limits.ts';
import { limitExceeded, requestKeyReused } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars, readFuture, readReason, readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import type { UserFacts } from '../queries/load-user.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';
import { lockUsers } from '../writes/lock-user.ts';
import { callerRole, isSelf } from '../writes/roles.ts';

/** Credits for many users: the same for each. */
export interface BulkGrantInput {
  readonly key: string;
  readonly userIds: readonly string[];
  /** Dollars for each. */
  readonly amount: string;
  readonly reason: string;
  readonly expiresAt?: string;
}

/** What became of one of them. */
export interface BulkGrantItem {
  readonly userId: string;
  readonly status: 'granted' | 'pending' | 'duplicate' | 'refused';
  /** Why it was refused. */
  readonly code: 'unknown-user' | 'legacy-authority' | 'closed' | 'frozen' | 'own-credits' | null;
}

/** What became of all. Amounts are decimal texts of dollars. */
export interface BulkGrantAnswer {
  /** What `decide-adjustment` names it by, where it waits for a second person. */
  readonly batch: string;
  readonly granted: number;
  readonly total: string;
  readonly items: readonly BulkGrantItem[];
}

const itemSchema: TSchema = answer.answerOf<BulkGrantItem>({
  userId: answer.text('The user'),
  status: answer.oneOf(['granted', 'pending', 'duplicate', 'refused'], 'What became of this one'),
  code: answer.nullable(
    answer.oneOf(['unknown-user', 'legacy-authority', 'closed', 'frozen', 'own-credits'], 'Why it was refused'),
  ),
});

const bulkGrantSchema: TSchema = answer.answerOf<BulkGrantAnswer>({
  batch: answer.text('What decide-adjustment names it by, where it waits for a second person'),
  granted: answer.count('How many users were granted credits'),
  total: answer.amount('Dollars that were granted in all'),
  items: answer.list(itemSchema, 'What became of each, in the order in which they were named'),
});

/**
 * Gives many users credits, each once however often they are named (U-31): per user what became of it, all in one transaction,
 * each in the audit. The total has a limit, and above the threshold waits for a second person. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `BILLING_KEY_REUSED`, `BILLING_LIMIT_EXCEEDED`.
 */
export const bulkGrant: Operation<BillingPolicy, BulkGrantInput, BulkGrantAnswer> = defineOperation({
  name: 'bulk-grant',
  title: 'Give many users credits, each once, within a total',
  input: field.inputOf({
    key: field.key,
    userIds: Type.Array(field.reference('User'), { minItems: 1, maxItems: 1000, description: 'The users' }),
    amount: field.dollars('Dollars for each'),
    reason: field.reason,
    expiresAt: field.optional(field.instant('When the credits expire; else never')),
  }),
  writes: true,
  access: { roles: ['admin', 'super_admin'] },
  answer: bulkGrantSchema,
  errors: [requestKeyReused, limitExceeded],
  run: (context, input) => {
    const role = callerRole(context);
    const usersMax = context.policy.limits.bulk.usersMax;
    if (input.userIds.length > usersMax) {
      const found = `${input.userIds.length} users`;
      throw new CarryoverError(inputInvalid, { what: 'a bulk grant', found, expected: `at most ${usersMax}` });
    }
    return runWrite(context, { operation: 'bulk-grant', input }, (call) => grantAll(call, role, input));
  },
});

interface Grant {
  readonly amount: bigint;
  readonly reason: string;
  readonly expiresAt: Instant | null;
  readonly role: Role;
}

async function grantAll(call: BillingCall, role: Role, input: BulkGrantInput): Promise<BulkGrantAnswer> {
  const amount = readDollars('the amount', input.amount);
  const reason = readReason(input.reason);
  const expiresAt = input.expiresAt === undefined ? null : readFuture('the expiry', input.expiresAt, call.now);
  const userIds = input.userIds.map(readUserId);
  const users = await lockUsers(call, userIds);
  const accepted = new Map<string, UserFacts>();
  const items = userIds.map((userId): { item: BulkGrantItem; user?: UserFacts } => {
    if (accepted.has(userId)) return { item: { userId, status: 'duplicate', code: null } };
    const user = users.get(userId);
    const code = refusalOf(call, user);
    if (code !== null || user === undefined)
      return { item: { userId, status: 'refused', code: code ?? 'unknown-user' } };
    accepted.set(userId, user);
    return { item: { userId, status: 'granted', code: null }, user };
  });
  const total = amount * BigInt(accepted.size);
  await claimBulk(
    call,
    role,
    [...accepted.keys()].map(() => amount),
  );
  const isPending = needsSecondPerson(call, total);
  await makeAll(call, [...accepted.values()], { grant: { amount, reason, expiresAt, role }, isPending });
  return {
    batch: call.key,
    granted: isPending ? 0 : accepted.size,
    total: dollars(isPending ? 0n : total),
    items: items.map(({ item, user }) =>
      user !== undefined && isPending ? { ...item, status: 'pending' as const } : item,
    ),
  };
}

function refusalOf(call: BillingCall, user: UserFacts | undefined): BulkGrantItem['code'] {
  if (user === undefined) return 'unknown-user';
  if (isSelf(call.context, user.userId)) return 'own-credits';
  if (user.authority === 'legacy') return 'legacy-authority';
  if (user.status === 'open') return null;
  return user.status === 'closed' ? 'closed' : 'frozen';
}

async function makeAll(
  call: BillingCall,
  users: readonly UserFacts[],
  { grant, isPending }: { readonly grant: Grant; readonly isPending: boolean },
): Promise<void> {
  const { amount, expiresAt, reason, role } = grant;
  for (const [index, user] of users.entries()) {
    const key = `${call.key}~${index + 1}`;
    const adjustment = { kind: 'grant', amount, reason, expiresAt, batch: call.key, key } as const;
    await makeAdjustment(call, user, { adjustment, role, isPending });
  }
}
