import { sql, type RawBuilder } from 'kysely';
import type { Fragment } from '../../sql/contract/expressions.ts';
import { aliased, columnsOf, flagOrTrue } from '../legacy-pieces.ts';
import { spareInstant, type BillingSource } from './read-legacy.ts';

const accounts = { alias: 'a', table: 'accounts' };

/** One row per account of the range that has credits of its own: user_id (text) and opened_at. */
export function userRows(source: BillingSource): RawBuilder<unknown> {
  const a = columnsOf(source, accounts);
  const { instant, text } = source.expressions;
  const openedAt = sql`coalesce(${spareInstant(source, { ...accounts, column: 'created_at' })}, ${instant(source.asOf)})`;
  return sql`select ${text(a('id'))} as user_id, ${openedAt} as opened_at
    from ${aliased(source, accounts)} where ${source.inRange(a('id'))} and ${hasCredits(source, accounts.alias)}`;
}

/** That an account, under an alias of the query, has credits of its own: a person's, and a team's where policy carries them (U-10). */
export function hasCredits(source: BillingSource, alias: string): RawBuilder<boolean> {
  if (source.policy.carrying.teamAccounts === 'carry') return sql<boolean>`1 = 1`;
  return flagOrTrue(source, { alias, table: 'accounts' }, 'personal_account');
}

/**
 * `LEFT JOIN` of the account that a user id names, as `a`; with what `accountFlaw` says about it. Ids are compared as they are, so that the
 * account is found by its key.
 */
export function joinAccount(source: BillingSource, userId: Fragment): RawBuilder<unknown> {
  const a = columnsOf(source, accounts);
  return sql`left join ${aliased(source, accounts)} on ${a('id')} = ${userId} and ${source.inRange(a('id'))}`;
}

/** Why a row cannot belong to anybody: `no-account`, `team-account`, or null. */
export function accountFlaw(source: BillingSource): RawBuilder<string> {
  const a = columnsOf(source, accounts);
  return sql<string>`case when ${a('id')} is null then 'no-account' when not (${hasCredits(source, accounts.alias)}) then 'team-account' end`;
}
