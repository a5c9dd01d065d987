import { sql } from 'kysely';
import { Instant } from '../../src/base/instant.ts';
import type { BulkValue } from '../../src/sql/contract/statements.ts';
import type { Database } from '../../src/sql/database.ts';

/** Rows inserted by one statement. */
const ROWS_PER_INSERT = 5_000;
const START = Instant.parse('2026-01-01T08:00:00Z');

/** How much legacy data a café has. */
export interface CafeSize {
  readonly members: number;
  /** Each member's stamps; every sixth of them is followed by a redemption. */
  readonly stampsPerMember: number;
}

/** Creates the tables of the café's old application. */
export async function createCafe(database: Database): Promise<void> {
  const { instant, tableSuffix } = database.dialect.columnTypes;
  const statements = [
    `create table members (member_id integer not null primary key, card_code varchar(40) not null unique, joined_at ${instant} not null,
      is_active boolean not null, vip boolean)${tableSuffix}`,
    `create table stamps (stamp_id integer not null primary key, member_id integer, card_code varchar(40), amount integer,
      status varchar(10) not null, stamped_at ${instant} not null)${tableSuffix}`,
    `create index stamps_member on stamps (member_id, stamped_at)`,
    `create index stamps_code on stamps (card_code)`,
    `create table redemptions (redemption_id integer not null primary key, member_id integer not null, card_code varchar(40),
      treats integer not null, redeemed_at ${instant} not null)${tableSuffix}`,
    `create index redemptions_member on redemptions (member_id)`,
    `create table notes (note_id integer not null primary key, body varchar(200))${tableSuffix}`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(database.handle);
  await sql`insert into notes (note_id, body) values (1, 'milk is out'), (2, null)`.execute(database.handle);
}

/** Fills the tables with rows that are the same for the same size. */
export async function fillCafe(database: Database, size: CafeSize): Promise<void> {
  const members: BulkValue[][] = [];
  const stamps: BulkValue[][] = [];
  const redemptions: BulkValue[][] = [];
  for (let member = 1; member <= size.members; member += 1) {
    const code = cardCode(member);
    const id = BigInt(member);
    members.push([id, code, START.plusMillis(member * 1000), member % 7 === 0 ? 0n : 1n, member % 5 === 0 ? 1n : null]);
    for (let nth = 1; nth <= size.stampsPerMember; nth += 1) {
      const at = START.plusMillis(nth * 3_600_000 + member * 1_000);
      const stampId = BigInt((member - 1) * size.stampsPerMember + nth);
      const status = (member + nth) % 11 === 0 ? 'void' : 'given';
      stamps.push([stampId, id, code, BigInt(1 + ((member + nth) % 4)), status, at]);
      if (nth % 6 === 0) redemptions.push([stampId, id, code, 1n, at.plusMillis(60_000)]);
    }
    // Every tenth member talked a kind barista into treats that no stamps paid for.
    if (member % 10 === 0) redemptions.push([BigInt(-member), id, code, 3n, START.plusMillis(9 * 86_400_000)]);
  }
  await insertAll(database, 'members', {
    columns: { member_id: 'int64', card_code: 'text', joined_at: 'instant', is_active: 'int64', vip: 'int64' },
    rows: members,
    booleans: ['is_active', 'vip'],
  });
  await insertAll(database, 'stamps', {
    columns: {
      stamp_id: 'int64',
      member_id: 'int64',
      card_code: 'text',
      amount: 'int64',
      status: 'text',
      stamped_at: 'instant',
    },
    rows: stamps,
  });
  await insertAll(database, 'redemptions', {
    columns: { redemption_id: 'int64', member_id: 'int64', card_code: 'text', treats: 'int64', redeemed_at: 'instant' },
    rows: redemptions,
  });
}

/** The text on a member's card. Upper and lower case mixed, so that byte order differs from what a dictionary would do. */
export function cardCode(member: number): string {
  const letters = member.toString(36).padStart(4, '0');
  return member % 2 === 0 ? `C-${letters.toUpperCase()}` : `c-${letters}`;
}

type Columns = Parameters<Database['dialect']['statements']['insertRows']>[2]['columns'];

async function insertAll(
  database: Database,
  table: string,
  insert: { readonly columns: Columns; readonly rows: BulkValue[][]; readonly booleans?: readonly string[] },
): Promise<void> {
  const { columns, booleans = [] } = insert;
  const names = Object.keys(columns);
  // A number is no boolean on every engine, so it is compared.
  const values = names.map((name) =>
    booleans.includes(name)
      ? sql`case when ${sql.ref(`r.${name}`)} is null then null else ${sql.ref(`r.${name}`)} = 1 end`
      : sql.ref(`r.${name}`),
  );
  for (let start = 0; start < insert.rows.length; start += ROWS_PER_INSERT) {
    const rows = { columns, rows: insert.rows.slice(start, start + ROWS_PER_INSERT) };
    await sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
      select ${sql.join(values)} from ${database.dialect.statements.rows('r', rows)}`.execute(database.handle);
  }
}
