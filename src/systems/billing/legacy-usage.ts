import { sql, type RawBuilder } from 'kysely';
import { aliased, columnsOf, isNone } from '../legacy-pieces.ts';
import { accountFlaw, joinAccount } from './legacy-users.ts';
import { SCALE, spareText, type BillingSource } from './read-legacy.ts';

const usage = { alias: 'u', table: 'credit_usage' };

/** Why a row of usage took nothing that is carried. */
export const usageExclusions = {
  'team-account': 'It belongs to a team account, which has no credits of its own (carrying.teamAccounts).',
} as const;

/** Why a row of usage cannot be carried, in the order they are looked for, and what to correct. */
export const usageFlaws = {
  'no-account': 'No account has the id of its user. Add the account, or correct the user.',
  'amount-missing': 'There is no amount. Enter it.',
  'amount-not-positive': 'The amount is zero or negative. Enter credits given back as what they are.',
  'too-many-decimals': 'The amount has more than six decimals. Round it as it was charged.',
} as const;

/**
 * One row per row of usage that was paid with bought credits: usage_id and user_id (texts), amount (micro-dollars), used_at, usage_type,
 * thread_id, message_id, tier, flaw and exclusion (null, or keys of the lists above).
 */
export function usageRows(source: BillingSource): RawBuilder<unknown> {
  return source.shared('usage', () => readUsageRows(source));
}

function readUsageRows(source: BillingSource): RawBuilder<unknown> {
  const u = columnsOf(source, usage);
  const { instant, instantOf, minorUnits, text } = source.expressions;
  const exclusion: keyof typeof usageExclusions = 'team-account';
  return sql`
    select r.*, case when r.flaw is null and r.account_flaw = 'team-account' then ${sql.lit(exclusion)} end as exclusion
    from (
      select ${text(u('id'))} as usage_id, ${text(u('user_id'))} as user_id, ${minorUnits(u('amount_dollars'), SCALE)} as amount,
        coalesce(${instantOf(u('created_at'))}, ${instant(source.asOf)}) as used_at,
        ${spareText(source, { ...usage, column: 'usage_type' })} as usage_type,
        ${spareText(source, { ...usage, column: 'thread_id' })} as thread_id,
        ${spareText(source, { ...usage, column: 'message_id' })} as message_id,
        ${spareText(source, { ...usage, column: 'subscription_tier' })} as tier,
        ${accountFlaw(source)} as account_flaw, ${usageFlaw(source)} as flaw
      from ${aliased(source, usage)} ${joinAccount(source, u('user_id'))}
      where ${source.inRange(u('user_id'))}) r`;
}

/** The rows of `usageRows` that took something from the balance. */
export function chargedUsage(source: BillingSource): RawBuilder<unknown> {
  return sql`select r.* from (${usageRows(source)}) r where ${isNone(sql`r.flaw`)} and ${isNone(sql`r.exclusion`)}`;
}

function usageFlaw(source: BillingSource): RawBuilder<string> {
  const u = columnsOf(source, usage);
  const { hasMoreDecimals } = source.expressions;
  const flaw = (name: keyof typeof usageFlaws): RawBuilder<unknown> => sql.lit(name);
  return sql<string>`case
      when ${columnsOf(source, { alias: 'a', table: 'accounts' })('id')} is null then ${flaw('no-account')}
      when ${u('amount_dollars')} is null then ${flaw('amount-missing')}
      when ${u('amount_dollars')} <= 0 then ${flaw('amount-not-positive')}
      when ${hasMoreDecimals(u('amount_dollars'), SCALE)} then ${flaw('too-many-decimals')}
    end`;
}
