// The rival of `api`: a bare Fastify route that spends in one SQL statement through `pg`. Arguments: the URL of an empty database, and
// how many owners to make. Tells its address on standard error.

import { fastify } from 'fastify';
import pg from 'pg';

interface Deduction {
  readonly user_id: string;
  readonly source_id: string;
  readonly amount: string;
}

/** Of 8, 24 and 64 connections the one with which such a route was fastest here. */
const CONNECTIONS = 24;

const [connectionString = '', owners = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: CONNECTIONS });
await pool.query(`
  create table accounts (owner text primary key, balance bigint not null);
  create table entries (id bigint generated always as identity primary key, owner text not null, amount bigint not null,
    balance_after bigint not null, source text not null, key text not null unique, at timestamptz not null);
  create unique index on entries (owner, source);
`);
await pool.query(`insert into accounts select 'o' || n, 1000000000000 from generate_series(0, $1::int - 1) n`, [
  owners,
]);
const text = `
  with moved as (
    update accounts set balance = balance - $2 where owner = $1 and balance >= $2 returning owner, balance
  )
  insert into entries (owner, amount, balance_after, source, key, at)
  select owner, -$2::bigint, balance, $3, $4, clock_timestamp() from moved returning balance_after`;
const server = fastify();
server.post<{ Body: Deduction }>('/api/billing/v2/deduct', async ({ body, headers }) => {
  const micros = Math.round(Number(body.amount) * 1_000_000);
  const values = [body.user_id, micros, body.source_id, headers['idempotency-key']];
  const { rows } = await pool.query<{ balance_after: string }>({ name: 'deduct', text, values });
  return { status: rows.length === 1 ? 'charged' : 'refused', balance: rows[0]?.balance_after };
});
const address = await server.listen({ host: '127.0.0.1', port: 0 });
process.stderr.write(`Serving at ${address};\n`);
process.once('SIGTERM', () => {
  void server.close().then(() => pool.end());
});
