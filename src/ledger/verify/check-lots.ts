import { sql } from 'kysely';
import { checkRows, isExpiryKey, wide, type RowRule } from './check-rows.ts';
import { inRange, rowsOfRange, type RangeSession } from './range-session.ts';

/** Holds each lot to the entry that brought it and to what was drawn from it. */
export async function checkLots(session: RangeSession): Promise<void> {
  const { from, where } = rowsOfRange(session, 'carryover_lots', 'l');
  await checkRows(session, {
    table: 'carryover_lots',
    rows: sql`select l.account_id, l.seq, l.amount, l.remaining, l.funding, l.priority, l.expires_at, a.id as known_id, p.seq as entry_seq,
        p.amount as entry_amount, p.reverses_seq, p.source, p.recorded_at, d.drawn
      from ${from}
      left join ${sql.table('carryover_entries')} as p on p.account_id = l.account_id and p.seq = l.seq
      left join ${drawsBy(session, 'lot_seq')} as d on d.account_id = l.account_id and d.lot_seq = l.seq
      where ${where}`,
    rules: [...lotAmountRules(session), ...lotTermRules(session)],
  });
}

function lotAmountRules({ database }: RangeSession): RowRule[] {
  const { expressions: e } = database.dialect;
  const drawn = sql`cast(coalesce(q.drawn, '0') as decimal(38, 0))`;
  return [
    {
      rule: 'lot-has-account',
      broken: sql`q.known_id is null`,
      found: sql`'no account'`,
      expected: e.concat(sql`'account '`, sql`q.account_id`),
    },
    {
      rule: 'lot-has-its-credit',
      broken: sql`q.entry_seq is null or q.entry_amount <= 0`,
      found: sql`q.entry_amount`,
      expected: sql`'an entry with a positive amount'`,
    },
    {
      // What a reversal brings back may have to make good a deficit first, so its lot may be smaller.
      rule: 'lot-amount-is-its-credit',
      broken: sql`q.entry_amount > 0 and (q.amount > q.entry_amount or (q.reverses_seq is null and q.amount <> q.entry_amount))`,
      found: sql`q.amount`,
      expected: sql`q.entry_amount`,
    },
    {
      rule: 'lot-remains-what-was-not-drawn',
      broken: sql`${wide(sql`q.remaining`)} + ${drawn} <> ${wide(sql`q.amount`)}`,
      found: sql`q.remaining`,
      expected: sql`${wide(sql`q.amount`)} - ${drawn}`,
    },
    {
      rule: 'lot-remaining-within-amount',
      broken: sql`q.remaining < 0 or q.remaining > q.amount`,
      found: sql`q.remaining`,
      expected: e.concat(sql`'0 to '`, e.text(sql`q.amount`)),
    },
  ];
}

function lotTermRules({ database }: RangeSession): RowRule[] {
  const { expressions: e } = database.dialect;
  return [
    {
      rule: 'lot-funding-known',
      broken: sql`q.funding not in ('paid', 'granted')`,
      found: sql`q.funding`,
      expected: sql`'paid or granted'`,
    },
    {
      rule: 'lot-priority-in-range',
      broken: sql`q.priority < 0 or q.priority > 1000000`,
      found: sql`q.priority`,
      expected: sql`'0 to 1000000'`,
    },
    {
      // What a cutover carried may have expired in legacy long ago.
      rule: 'lot-expires-after-its-credit',
      broken: sql`q.expires_at <= q.recorded_at and q.source is null`,
      found: sql`q.expires_at`,
      expected: e.concat(sql`'after '`, e.text(sql`q.recorded_at`)),
    },
  ];
}

/** Holds each draw to the entry and the lot it names. */
export async function checkDraws(session: RangeSession): Promise<void> {
  const { expressions: e } = session.database.dialect;
  const { from, where } = rowsOfRange(session, 'carryover_lot_draws', 'd');
  await checkRows(session, {
    table: 'carryover_lot_draws',
    rows: sql`select d.account_id, d.entry_seq as seq, d.lot_seq, d.amount, a.id as known_id, p.seq as known_entry, l.seq as known_lot
      from ${from}
      left join ${sql.table('carryover_entries')} as p on p.account_id = d.account_id and p.seq = d.entry_seq
      left join ${sql.table('carryover_lots')} as l on l.account_id = d.account_id and l.seq = d.lot_seq
      where ${where}`,
    rules: [
      {
        rule: 'draw-has-account',
        broken: sql`q.known_id is null`,
        found: sql`'no account'`,
        expected: e.concat(sql`'account '`, sql`q.account_id`),
      },
      {
        rule: 'draw-names-an-entry',
        broken: sql`q.known_entry is null`,
        found: sql`q.seq`,
        expected: sql`'an entry'`,
      },
      {
        rule: 'draw-names-a-lot',
        broken: sql`q.known_lot is null`,
        found: sql`q.lot_seq`,
        expected: sql`'a lot'`,
      },
      {
        rule: 'draw-comes-after-its-lot',
        broken: sql`q.lot_seq > q.seq`,
        found: sql`q.lot_seq`,
        expected: e.concat(sql`'at most '`, e.text(sql`q.seq`)),
      },
    ],
  });
}

/**
 * Holds each entry of a lotted account to what it moved in the lots: the lot it brought, less what it drew, is by how much it raised
 * max(balance, 0). An expiry drew the one lot that its key names, which was due.
 */
export async function checkLotMoves(session: RangeSession): Promise<void> {
  const { expressions: e } = session.database.dialect;
  const { from, where } = rowsOfRange(session, 'carryover_entries', 'p');
  const atLeastZero = (value: ReturnType<typeof wide>) => sql`case when ${value} > 0 then ${value} else 0 end`;
  const after = wide(sql`q.balance_after`);
  const gain = sql`(${atLeastZero(after)}) - (${atLeastZero(sql`(${after} - ${wide(sql`q.amount`)})`)})`;
  const moved = sql`coalesce(${wide(sql`q.lot_amount`)}, 0) - cast(coalesce(q.drawn, '0') as decimal(38, 0))`;
  const key = e.text(sql`q.idempotency_key`);
  const expiryKey = e.concat(sql`'expiry:'`, e.text(sql`q.first_lot`));
  await checkRows(session, {
    table: 'carryover_lot_draws',
    rows: sql`select p.account_id, p.seq, p.amount, p.balance_after, p.idempotency_key, p.occurred_at, l.amount as lot_amount, d.drawn,
        coalesce(d.draws, 0) as draws, d.first_lot, x.expires_at
      from ${from}
      left join ${sql.table('carryover_lots')} as l on l.account_id = p.account_id and l.seq = p.seq
      left join ${drawsBy(session, 'entry_seq')} as d on d.account_id = p.account_id and d.entry_seq = p.seq
      left join ${sql.table('carryover_lots')} as x on x.account_id = p.account_id and x.seq = d.first_lot and ${isExpiryKey(sql`p.idempotency_key`)}
      where ${where} and a.lotted = 1`,
    rules: [
      {
        rule: 'lots-move-as-the-balance',
        broken: sql`${moved} <> ${gain}`,
        found: moved,
        expected: gain,
      },
      {
        rule: 'expiry-draws-its-due-lot',
        broken: sql`${isExpiryKey(key)} and (q.draws <> 1 or q.expires_at is null or q.expires_at > q.occurred_at
          or (${key} <> ${expiryKey} and ${key} <> ${e.concat(expiryKey, sql`':'`, e.text(sql`q.seq`))}))`,
        found: e.concat(key, sql`' of lot '`, sql`coalesce(${e.text(sql`q.first_lot`)}, 'none')`),
        expected: sql`'one draw, on the lot of the key, after its expiry'`,
      },
    ],
  });
}

/** The draws of the range, summed by the lot they name or by the entry that made them. */
function drawsBy(session: RangeSession, column: 'lot_seq' | 'entry_seq'): ReturnType<typeof sql> {
  const { expressions: e } = session.database.dialect;
  const by = sql.ref(`x.${column}`);
  return sql`(select x.account_id as account_id, ${by} as ${sql.ref(column)}, ${e.sumText(sql`x.amount`)} as drawn, count(*) as draws,
      min(x.lot_seq) as first_lot
    from ${sql.table('carryover_lot_draws')} as x where ${inRange(session, 'x.account_id')} group by x.account_id, ${by})`;
}
