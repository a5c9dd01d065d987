import Sqlite from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { Engine } from '../test/support/engines.ts';

/** A post as plain SQL makes it: one transaction of its own, floor checked, running balance and key kept. */
export interface PlainPoster {
  /** Posts -1 or +1 to an account. Resolves with false when the floor refused it. */
  post(accountId: bigint, amount: bigint, key: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens the best plain SQL that the engine allows for a post, over a pool of that many connections. */
export function openPlainPoster(engine: Engine, url: string, connections: number): Promise<PlainPoster> {
  if (engine === 'postgres') return openPostgres(url, connections);
  if (engine === 'mysql') return openMysql(url, connections);
  return openSqlite(url);
}

/** One prepared statement: the balance's UPDATE feeds the entry's INSERT, so a post is a single round trip. */
async function openPostgres(url: string, connections: number): Promise<PlainPoster> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const text = `
    with moved as (
      update carryover_accounts set balance = balance + $2, seq = seq + 1
      where id = $1 and status = 'open' and authority = 'ledger' and balance - held + $2 >= floor
      returning id, seq, balance
    )
    insert into carryover_entries (account_id, seq, amount, balance_after, kind, contra, idempotency_key,
      content_hash, actor, occurred_at, recorded_at)
    select id, seq, $2, balance, 'usage', 'usage', $3, 1, 'system:bench', clock_timestamp(), clock_timestamp() from moved
    returning balance_after`;
  return {
    async post(accountId, amount, key) {
      const result = await pool.query({ name: 'post', text, values: [accountId.toString(), amount.toString(), key] });
      return result.rowCount === 1;
    },
    close: () => pool.end(),
  };
}

/** Four statements sent as one text, because these servers cannot feed an UPDATE's rows into an INSERT. */
async function openMysql(url: string, connections: number): Promise<PlainPoster> {
  const pool = mysql.createPool({ uri: url, connectionLimit: connections, multipleStatements: true });
  const text = `
    start transaction;
    update carryover_accounts set balance = balance + ?, seq = seq + 1
      where id = ? and status = 'open' and authority = 'ledger' and balance - held + ? >= floor;
    insert into carryover_entries (account_id, seq, amount, balance_after, kind, contra, idempotency_key,
      content_hash, actor, occurred_at, recorded_at)
    select id, seq, ?, balance, 'usage', 'usage', ?, 1, 'system:bench', utc_timestamp(6), utc_timestamp(6)
      from carryover_accounts where id = ? and row_count() = 1;
    commit`;
  return {
    async post(accountId, amount, key) {
      const [id, change] = [accountId.toString(), amount.toString()];
      const [results] = await pool.query<mysql.ResultSetHeader[]>(text, [change, id, change, change, key, id]);
      return results[2]?.affectedRows === 1;
    },
    close: () => pool.end(),
  };
}

/** In this process, without a round trip: two prepared statements between BEGIN IMMEDIATE and COMMIT. */
async function openSqlite(url: string): Promise<PlainPoster> {
  const file = new Sqlite(url.replace(/^sqlite:/, ''));
  file.pragma('journal_mode = wal');
  file.pragma('synchronous = full');
  const update = file.prepare(`update carryover_accounts set balance = balance + ?, seq = seq + 1
    where id = ? and status = 'open' and authority = 'ledger' and balance - held + ? >= floor returning seq, balance`);
  update.safeIntegers();
  const insert = file.prepare(`insert into carryover_entries (account_id, seq, amount, balance_after, kind, contra,
    idempotency_key, content_hash, actor, occurred_at, recorded_at)
    values (?, ?, ?, ?, 'usage', 'usage', ?, 1, 'system:bench', ?, ?)`);
  const post = file.transaction((accountId: bigint, amount: bigint, key: string): boolean => {
    const moved = update.get(amount, accountId, amount) as { seq: bigint; balance: bigint } | undefined;
    if (moved === undefined) return false;
    const now = `${new Date().toISOString().slice(0, 23)}000Z`;
    insert.run(accountId, moved.seq, amount, moved.balance, key, now, now);
    return true;
  });
  return {
    post: async (accountId, amount, key) => post.immediate(accountId, amount, key),
    close: async () => {
      file.close();
    },
  };
}
