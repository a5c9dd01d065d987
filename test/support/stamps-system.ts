import { sql, type RawBuilder } from 'kysely';
import { Type } from 'typebox';
import { defineUnit } from '../../src/base/amounts.ts';
import type {
  AccountRow,
  ClassifiedRow,
  ExpectedRow,
  FindingRow,
  HistoryRow,
  InvariantRow,
  LegacySource,
  SystemDescriptor,
} from '../../src/cutover/descriptor.ts';
import type { LotRow } from '../../src/cutover/live-descriptor.ts';
import type { Fragment } from '../../src/sql/contract/expressions.ts';
import { stampsLive } from './stamps-live.ts';

/** A café's rules. */
export interface StampsPolicy {
  /** Stamps that one treat costs. */
  readonly stampsPerTreat: number;
}

/** What a test may bend, to see the engine refuse it. */
export interface StampsVariant {
  /** The key chunks go along: the member's number, or the text on the card. */
  readonly walk?: 'integer' | 'text';
  /** An invariant that does not hold. */
  readonly brokenInvariant?: boolean;
  /** An expected balance that is one too high for this member. */
  readonly wrongMember?: number;
  /** True when legacy is followed while the café goes on; see `stampsLive`. */
  readonly live?: boolean;
  /** True when stamps are kept in lots: those of an even row were a present and are used first. */
  readonly lotted?: boolean;
}

type Source = LegacySource<StampsPolicy>;

/**
 * A café's stamp cards, described for the engine in this one file: every coffee gives stamps, ten stamps become a treat, treats
 * are taken. Two accounts per member.
 */
export function stampsSystem(variant: StampsVariant = {}): SystemDescriptor<StampsPolicy> {
  const byText = variant.walk === 'text';
  /** The walk key of a table's row; every legacy table has both. */
  const key = (source: Source, alias: string, tableName: string): Fragment =>
    source.column(alias, tableName, byText ? 'card_code' : 'member_id');
  return {
    name: 'stamps',
    title: 'Stamp cards of a café',
    policySchema: Type.Object({ stampsPerTreat: Type.Integer({ default: 10 }) }),
    units: () => [defineUnit('stamp', 0), defineUnit('treat', 0)],
    legacy: [
      table('members', {
        member_id: ['integer'],
        card_code: ['text'],
        joined_at: ['instant'],
        is_active: ['boolean', 'integer'],
        '?vip': ['boolean', 'integer'],
      }),
      table('stamps', {
        stamp_id: ['integer'],
        member_id: ['integer'],
        card_code: ['text'],
        amount: ['integer'],
        status: ['text'],
        stamped_at: ['instant'],
      }),
      table('redemptions', {
        redemption_id: ['integer'],
        member_id: ['integer'],
        card_code: ['text'],
        treats: ['integer'],
        redeemed_at: ['instant'],
      }),
      { ...table('gifts', { gift_id: ['integer'], member_id: ['integer'], card_code: ['text'] }), required: false },
    ],
    walk: { table: 'members', column: byText ? 'card_code' : 'member_id', type: byText ? 'text' : 'integer' },
    schemaMigrations: [
      {
        component: 'stamps',
        number: 1,
        name: 'create-stamps',
        statements: (database) => {
          const { columnTypes: type } = database.dialect;
          return [
            `create table ${database.tableName('carryover_stamps_cards')} (
              member_id ${type.int64} not null primary key, stamps_account_id ${type.int64} not null,
              last_stamp_at ${type.instant}, note ${type.text(64)} not null)${type.tableSuffix}`,
          ];
        },
        undo: (database) => [`drop table if exists ${database.tableName('carryover_stamps_cards')}`],
      },
    ],
    accounts: (source) => accounts(source, key(source, 'm', 'members'), variant.lotted === true),
    ...(variant.lotted === true ? { lots: (source: Source) => stampLots(source, key) } : {}),
    history: (source) => history(source, key),
    expected: (source) => expected(source, key, variant.wrongMember),
    facts: [
      {
        table: 'stamps',
        reasons: {
          voided: 'The barista took it back',
          'no-member': 'No such member',
          'bad-amount': 'Not a number of stamps',
        },
        classify: (source) => classifyStamps(source, key),
      },
      {
        table: 'redemptions',
        reasons: { 'no-member': 'No such member' },
        classify: (source) => classifyRedemptions(source, key),
      },
    ],
    copies: [
      {
        table: 'carryover_stamps_cards',
        columns: ['member_id', 'stamps_account_id', 'last_stamp_at', 'note'],
        key: ['member_id'],
        refreshed: ['last_stamp_at'],
        select: (source) => cards(source, key(source, 'm', 'members')),
      },
    ],
    findings: [
      {
        code: 'negative-card',
        severity: 'review',
        title: 'Members took more treats than their stamps paid for',
        treatment: () => 'Carried as it is; the floor holds only from now on.',
        rows: (source) => negativeCards(source, key),
      },
      {
        code: 'code-differs-by-case',
        severity: 'stop',
        title: 'Card codes that differ by case only',
        treatment: () => 'Carried as two cards when accepted.',
        rows: (source) => caseTwins(source),
      },
    ],
    invariants: [
      {
        name: 'stamps-conserved',
        statement: 'Stamps given minus stamps spent are the stamps on all cards.',
        compare: (source) => stampsConserved(source, key, variant.brokenInvariant === true),
      },
    ],
    rollbackLimits: [{ name: 'holds', statement: 'Legacy cannot set treats aside.' }],
    ...(variant.live === true ? { live: stampsLive(byText ? 'card_code' : 'member_id') } : {}),
    views: (names) => [
      {
        name: 'stamp_balances',
        select: `select m.${names.column('members', 'card_code')} as card_code, a.balance as stamps
          from ${names.table('members')} m join ${names.table('carryover_stamps_cards')} c on c.member_id = m.${names.column('members', 'member_id')}
          join ${names.table('carryover_accounts')} a on a.id = c.stamps_account_id`,
      },
    ],
  };
}

type Key = (source: Source, alias: string, table: string) => Fragment;
type Column = SystemDescriptor['legacy'][number]['columns'][number];

function table(
  name: string,
  columns: Readonly<Record<string, Column['families']>>,
): SystemDescriptor['legacy'][number] {
  return {
    name,
    required: true,
    columns: Object.entries(columns).map(([column, families]) => ({
      name: column.replace('?', ''),
      families,
      required: !column.startsWith('?'),
    })),
  };
}

function accounts(source: Source, key: Fragment, lotted: boolean): RawBuilder<AccountRow> {
  const { int64, text, isTrue, instantOf } = source.expressions;
  const m = (column: string): Fragment => source.column('m', 'members', column);
  const isVip = source.has('members', 'vip') ? isTrue(m('vip')) : sql`1 = 0`;
  return sql<AccountRow>`select k.kind as kind, ${text(m('member_id'))} as owner,
      case when k.kind = 'stamps' then 'stamp' else 'treat' end as unit,
      ${int64(sql`case when ${isVip} then null else 0 end`)} as floor,
      case when ${isTrue(m('is_active'))} then 'open' else 'frozen' end as status,
      ${int64(sql`case when k.kind = 'stamps' then ${sql.lit(lotted ? 1 : 0)} else 0 end`)} as lotted, ${instantOf(m('joined_at'))} as opened_at, ${text(key)} as walk_key
    from ${source.table('members')} m cross join (select 'stamps' as kind union all select 'treats' as kind) k
    where ${source.inRange(key)}`;
}

function stampLots(source: Source, key: Key): RawBuilder<LotRow> {
  const { concat, text, int64, instantOf } = source.expressions;
  const s = (column: string): Fragment => source.column('s', 'stamps', column);
  const isPresent = sql`mod(${s('stamp_id')}, 2) = 0`;
  return sql<LotRow>`select 'stamps' as account_kind, ${text(s('member_id'))} as owner, ${concat(sql`'stamps:'`, text(s('stamp_id')))} as source,
      case when ${isPresent} then 'granted' else 'paid' end as funding, ${int64(sql`case when ${isPresent} then 10 else 20 end`)} as priority,
      ${instantOf(sql`case when ${s('stamp_id')} < 0 then ${s('stamped_at')} end`)} as expires_at
    ${carriedStamps(source, key)}`;
}

/** Stamps that count: of a member, not voided, a positive number. */
function carriedStamps(source: Source, key: Key): RawBuilder<unknown> {
  const s = (column: string): Fragment => source.column('s', 'stamps', column);
  return sql`from ${source.table('stamps')} s join ${source.table('members')} m
      on ${source.column('m', 'members', 'member_id')} = ${s('member_id')}
    where ${source.inRange(key(source, 's', 'stamps'))} and ${s('status')} <> 'void' and ${s('amount')} > 0`;
}

function history(source: Source, key: Key): RawBuilder<HistoryRow> {
  const { concat, text, int64, instantOf, jsonObject } = source.expressions;
  const s = (column: string): Fragment => source.column('s', 'stamps', column);
  const r = (column: string): Fragment => source.column('r', 'redemptions', column);
  const price = sql.lit(source.policy.stampsPerTreat);
  return sql<HistoryRow>`
    select 'stamps' as account_kind, ${text(s('member_id'))} as owner, ${concat(sql`'stamps:'`, text(s('stamp_id')))} as source,
      ${int64(s('amount'))} as amount, 'coffee' as entry_kind, 'coffees' as contra, ${instantOf(s('stamped_at'))} as occurred_at,
      ${jsonObject({ status: s('status') })} as details
    ${carriedStamps(source, key)}
    union all
    select k.kind, ${text(r('member_id'))}, ${concat(sql`'redemptions:'`, text(r('redemption_id')))},
      ${int64(sql`case when k.kind = 'stamps' then -${r('treats')} * ${price} else ${r('treats')} end`)}, 'redemption', 'exchange',
      ${instantOf(r('redeemed_at'))}, null
    from ${source.table('redemptions')} r
    join ${source.table('members')} m on ${source.column('m', 'members', 'member_id')} = ${r('member_id')}
    cross join (select 'stamps' as kind union all select 'treats' as kind) k
    where ${source.inRange(key(source, 'r', 'redemptions'))}`;
}

function expected(source: Source, key: Key, wrongMember: number | undefined): RawBuilder<ExpectedRow> {
  const { text, int64 } = source.expressions;
  const id = source.column('m', 'members', 'member_id');
  const s = (column: string): Fragment => source.column('s', 'stamps', column);
  const r = (column: string): Fragment => source.column('r', 'redemptions', column);
  const given = sql`(select coalesce(sum(${s('amount')}), 0) from ${source.table('stamps')} s
    where ${s('member_id')} = ${id} and ${s('status')} <> 'void' and ${s('amount')} > 0)`;
  const taken = sql`(select coalesce(sum(${r('treats')}), 0) from ${source.table('redemptions')} r where ${r('member_id')} = ${id})`;
  const price = sql.lit(source.policy.stampsPerTreat);
  const wrong = sql`case when ${id} = ${sql.lit(wrongMember ?? -1)} then 1 else 0 end`;
  return sql<ExpectedRow>`
    select 'stamps' as account_kind, ${text(id)} as owner, ${int64(sql`${given} - ${price} * ${taken} + ${wrong}`)} as balance
    from ${source.table('members')} m where ${source.inRange(key(source, 'm', 'members'))}
    union all
    select 'treats', ${text(id)}, ${int64(taken)}
    from ${source.table('members')} m where ${source.inRange(key(source, 'm', 'members'))}`;
}

function classifyStamps(source: Source, key: Key): RawBuilder<ClassifiedRow> {
  const { concat, text } = source.expressions;
  const s = (column: string): Fragment => source.column('s', 'stamps', column);
  const member = source.column('m', 'members', 'member_id');
  const reason = sql`case when ${s('status')} = 'void' then 'voided' when ${member} is null then 'no-member'
    when ${s('amount')} is null or ${s('amount')} <= 0 then 'bad-amount' end`;
  return sql<ClassifiedRow>`select ${concat(sql`'stamps:'`, text(s('stamp_id')))} as source,
      case when ${reason} is null then 'carried' when ${reason} = 'voided' then 'excluded' else 'quarantined' end as outcome,
      ${reason} as reason, ${concat(sql`'member '`, text(sql`coalesce(${s('member_id')}, 0)`))} as subject
    from ${source.table('stamps')} s left join ${source.table('members')} m on ${member} = ${s('member_id')}
    where ${source.inRange(key(source, 's', 'stamps'))}`;
}

function classifyRedemptions(source: Source, key: Key): RawBuilder<ClassifiedRow> {
  const { concat, text } = source.expressions;
  const r = (column: string): Fragment => source.column('r', 'redemptions', column);
  const member = source.column('m', 'members', 'member_id');
  return sql<ClassifiedRow>`select ${concat(sql`'redemptions:'`, text(r('redemption_id')))} as source,
      case when ${member} is null then 'quarantined' else 'carried' end as outcome,
      case when ${member} is null then 'no-member' end as reason, ${concat(sql`'member '`, text(r('member_id')))} as subject
    from ${source.table('redemptions')} r left join ${source.table('members')} m on ${member} = ${r('member_id')}
    where ${source.inRange(key(source, 'r', 'redemptions'))}`;
}

function cards(source: Source, key: Fragment): RawBuilder<unknown> {
  const { text, instantOf } = source.expressions;
  const id = source.column('m', 'members', 'member_id');
  const s = (column: string): Fragment => source.column('s', 'stamps', column);
  return sql`select ${id} as member_id, a.id as stamps_account_id,
      (select max(${instantOf(s('stamped_at'))}) from ${source.table('stamps')} s where ${s('member_id')} = ${id}) as last_stamp_at,
      ${text(sql`'carried'`)} as note
    from ${source.table('members')} m join ${sql.table('carryover_accounts')} a
      on a.system_name = 'stamps' and a.kind = 'stamps' and a.owner = ${text(id)}
    where ${source.inRange(key)}`;
}

function negativeCards(source: Source, key: Key): RawBuilder<FindingRow> {
  const { concat, jsonObject } = source.expressions;
  return sql<FindingRow>`select ${concat(sql`'member '`, sql`x.owner`)} as subject, ${jsonObject({ stamps: sql`x.balance` })} as details
    from (${expected(source, key, undefined)}) x where x.balance < 0`;
}

function caseTwins(source: Source): RawBuilder<FindingRow> {
  const { jsonObject } = source.expressions;
  const code = source.column('m', 'members', 'card_code');
  return sql<FindingRow>`select lower(${code}) as subject, ${jsonObject({ cards: sql`count(*)` })} as details
    from ${source.table('members')} m group by lower(${code}) having count(*) > 1`;
}

function stampsConserved(source: Source, key: Key, broken: boolean): RawBuilder<InvariantRow> {
  const { sumText, text } = source.expressions;
  const s = (column: string): Fragment => source.column('s', 'stamps', column);
  const r = (column: string): Fragment => source.column('r', 'redemptions', column);
  const member = source.column('m', 'members', 'member_id');
  const price = sql.lit(-source.policy.stampsPerTreat);
  const legacy = sql`select ${s('amount')} as amount from ${source.table('stamps')} s join ${source.table('members')} m on ${member} = ${s('member_id')}
    where ${s('status')} <> 'void' and ${s('amount')} > 0 and ${source.inRange(key(source, 's', 'stamps'))}
    union all select ${r('treats')} * ${price} from ${source.table('redemptions')} r join ${source.table('members')} m on ${member} = ${r('member_id')}
    where ${source.inRange(key(source, 'r', 'redemptions'))}
    union all select ${sql.lit(broken ? 1 : 0)} from (select 1 as one) as o`;
  return sql<InvariantRow>`select ${text(sql`'all cards'`)} as label, l.total as legacy_value, g.total as ledger_value
    from (select ${sumText(sql`x.amount`)} as total from (${legacy}) x) l
    cross join (select ${sumText(sql`p.amount`)} as total from ${sql.table('carryover_entries')} p
      join ${sql.table('carryover_accounts')} a on a.id = p.account_id
      where a.system_name = 'stamps' and a.kind = 'stamps' and ${source.ofAccounts(sql`a.walk_key`)}) g`;
}
