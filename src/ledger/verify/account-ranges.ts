import { sql, type RawBuilder } from 'kysely';
import type { Session } from '../store/session.ts';

/** Account ids above `after` and up to `upTo`; an absent bound is open. */
export interface AccountRange {
  readonly after: bigint | undefined;
  readonly upTo: bigint | undefined;
}

/** How much one range may hold. */
export interface RangeLimits {
  /**
   * Accounts and entries of a range, together, at most; an account with more entries is a range of its own. Small ranges pay
   * some 20 statements each more often, large ones hold the engine's sorts and one page of rows in memory for longer.
   */
  readonly rowsMax: number;
}

/** Accounts read at a time to cut ranges. */
const PAGE_ACCOUNTS = 5_000;

/**
 * Ranges that together cover every account id there can be, so that rows of accounts that do not exist fall into one too. Cut
 * by the numbers of entries that the accounts claim, which costs nothing to read and may be wrong in a damaged ledger.
 */
export async function* accountRanges(session: Session, { rowsMax }: RangeLimits): AsyncGenerator<AccountRange> {
  let after: bigint | undefined;
  let last: bigint | undefined;
  let rows = 0n;
  for await (const { id, seq } of accountsInOrder(session)) {
    const own = 1n + seq;
    if (rows > 0n && rows + own > BigInt(rowsMax)) {
      yield { after, upTo: last };
      after = last;
      rows = 0n;
    }
    rows += own;
    last = id;
  }
  yield { after, upTo: undefined };
}

async function* accountsInOrder({ handle }: Session): AsyncGenerator<{ readonly id: bigint; readonly seq: bigint }> {
  for (let after: bigint | undefined; ;) {
    const { rows } = await sql<{ id: bigint; seq: bigint }>`
      select a.id, a.seq from ${sql.table('carryover_accounts')} as a
      where ${inRange('a.id', { after, upTo: undefined })} order by a.id limit ${sql.lit(PAGE_ACCOUNTS)}`.execute(
      handle,
    );
    yield* rows;
    if (rows.length < PAGE_ACCOUNTS) return;
    after = rows.at(-1)?.id;
  }
}

/** The condition that a column of account ids lies in a range. */
export function inRange(column: string, { after, upTo }: AccountRange): RawBuilder<boolean> {
  const reference = sql.raw(column);
  const bounds: RawBuilder<unknown>[] = [];
  if (after !== undefined) bounds.push(sql`${reference} > ${after}`);
  if (upTo !== undefined) bounds.push(sql`${reference} <= ${upTo}`);
  return bounds.length === 0 ? sql<boolean>`1 = 1` : sql<boolean>`${sql.join(bounds, sql` and `)}`;
}
