import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { contentHash } from '../kernel/content-hash.ts';
import type { Command } from '../types.ts';
import { pages } from './pages.ts';
import { rowsOfRange, type RangeSession } from './range-session.ts';

interface HoldRow {
  readonly account_id: bigint;
  readonly idempotency_key: string;
  readonly amount: bigint;
  readonly expires_at: Instant | null;
  readonly status: string;
  readonly content_hash: bigint;
  readonly resolution_key: string | null;
  readonly resolution_hash: bigint | null;
}

/** Recomputes the content of each hold and of each release; a capture's content is that of its entry. */
export async function checkHoldHashes(session: RangeSession): Promise<void> {
  const { breaches } = session;
  for await (const rows of pages<HoldRow>((after, rowsMax) => readHolds(session, after, rowsMax))) {
    for (const row of rows) {
      const base = { accountId: row.account_id, actor: { kind: 'system', id: 'verify' } } as const;
      const { amount, expires_at: expiresAt } = row;
      const hold: Command = {
        ...base,
        type: 'hold',
        key: row.idempotency_key,
        amount,
        ...(expiresAt === null ? {} : { expiresAt }),
      };
      const key = row.resolution_key ?? '';
      const release: Command = { ...base, type: 'release', key, holdKey: row.idempotency_key };
      const isReleased = row.status === 'released' && row.resolution_hash !== null;
      const wrong = [
        ...(contentHash(hold) === row.content_hash ? [] : [row.content_hash]),
        ...(!isReleased || contentHash(release) === row.resolution_hash ? [] : [row.resolution_hash]),
      ];
      for (const found of wrong) {
        breaches.add({
          rule: 'content-hash-is-of-the-content',
          table: 'carryover_holds',
          accountId: row.account_id,
          found: String(found),
          expected: `the hash of the ${found === row.content_hash ? 'hold' : 'release'} of ${amount}`,
        });
      }
    }
  }
}

async function readHolds(
  session: RangeSession,
  after: HoldRow | undefined,
  rowsMax: number,
): Promise<readonly HoldRow[]> {
  const { from, where } = rowsOfRange(session, 'carryover_holds', 'h');
  const behind =
    after === undefined
      ? sql``
      : sql`and (h.account_id > ${after.account_id} or (h.account_id = ${after.account_id} and h.idempotency_key > ${after.idempotency_key}))`;
  const { rows } = await sql<HoldRow>`
    select h.account_id, h.idempotency_key, h.amount, h.expires_at, h.status, h.content_hash, h.resolution_key, h.resolution_hash
    from ${from} where ${where} ${behind}
    order by h.account_id, h.idempotency_key limit ${sql.lit(rowsMax)}`.execute(session.trx);
  return rows;
}
