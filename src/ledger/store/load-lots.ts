import { sql } from 'kysely';
import type { RawBuilder, Selectable } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { AccountSeq } from '../kernel/kernel-types.ts';
import type { LotsTable } from '../tables.ts';
import type { LotState } from '../types.ts';
import type { Session } from './session.ts';
import { seqRows } from './sql-pieces.ts';
import { unionOfLatest } from './union-of-latest.ts';

const LOT_COLUMNS = ['account_id', 'seq', 'amount', 'remaining', 'funding', 'priority', 'expires_at'] as const;

/** Which lots to load. */
export interface LotsWanted {
  /** Accounts whose lots with something remaining are loaded. */
  readonly accountIds: readonly bigint[];
  /** Lots loaded whatever remains. */
  readonly lotSeqs: readonly AccountSeq[];
  /** Entries whose own lot and whose drawn lots are loaded whatever remains. */
  readonly entries: readonly AccountSeq[];
}

/** Loads lots in one statement; none is given twice. */
export async function loadLots({ database, handle }: Session, wanted: LotsWanted): Promise<LotState[]> {
  const parts = lotParts(database, wanted);
  if (parts.length === 0) return [];
  const { rows } = await unionOfLatest<Selectable<LotsTable>>(
    { database, handle },
    { alias: 'l', columns: LOT_COLUMNS, parts },
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    seq: row.seq,
    amount: row.amount,
    remaining: row.remaining,
    funding: row.funding,
    priority: row.priority,
    expiresAt: row.expires_at,
  }));
}

function lotParts(database: Database, { accountIds, lotSeqs, entries }: LotsWanted): RawBuilder<unknown>[] {
  const lots = sql.table('carryover_lots');
  const parts: RawBuilder<unknown>[] = [];
  if (accountIds.length > 0) {
    const ofAccounts = database.dialect.statements.idIn('l.account_id', accountIds);
    parts.push(sql`${lots} as l where l.remaining > 0 and ${ofAccounts}`);
  }
  const named = [...lotSeqs, ...entries];
  if (named.length > 0) {
    parts.push(sql`${seqRows(database, 's', named)}
      join ${lots} as l on l.account_id = s.account_id and l.seq = s.seq`);
  }
  if (entries.length > 0) {
    parts.push(sql`${seqRows(database, 's', entries)}
      join ${sql.table('carryover_lot_draws')} as d on d.account_id = s.account_id and d.entry_seq = s.seq
      join ${lots} as l on l.account_id = d.account_id and l.seq = d.lot_seq`);
  }
  return parts;
}
