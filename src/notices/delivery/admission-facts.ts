import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Trx } from '../../sql/engine.ts';
import type { DeliveryRow } from '../tables.ts';
import type { NoticeDesk } from './notice-desk.ts';

const HOUR_MS = 3_600_000;

/** What was let through already, for the limits; grows with what is let through next. */
export interface AdmissionCounts {
  /** `2026-11` in the budget's zone. */
  readonly month: string;
  /** What the month bears so far, in the smallest part of the currency. */
  readonly spent: bigint;
  /** Oldest first. */
  recentOf(addressKey: string): readonly Instant[];
  add(row: DeliveryRow, now: Instant): void;
}

/**
 * Counts what went to the addresses of these deliveries within the last hour, and what the month has cost. Messages that failed count for
 * neither; one whose fate is unknown counts for both, since it may have arrived (T-40).
 */
export async function readAdmissionFacts(
  desk: NoticeDesk,
  trx: Trx,
  { rows, now }: { readonly rows: readonly DeliveryRow[]; readonly now: Instant },
): Promise<AdmissionCounts> {
  const month = monthOf(now, desk.rules.budgetZone);
  const recent = await recentByAddress(desk, trx, { rows, now });
  let spent = await spentIn(desk, trx, month);
  return {
    month,
    get spent() {
      return spent;
    },
    recentOf: (addressKey) => recent.get(addressKey) ?? [],
    add: (row, at) => {
      spent += row.cost;
      recent.set(row.address_key, [...(recent.get(row.address_key) ?? []), at]);
    },
  };
}

/** `2026-11`, the calendar month of an instant in a zone. */
export function monthOf(now: Instant, zone: string): string {
  return now.inZone(zone).toPlainDate().toString().slice(0, 7);
}

async function recentByAddress(
  { database }: NoticeDesk,
  trx: Trx,
  { rows, now }: { readonly rows: readonly DeliveryRow[]; readonly now: Instant },
): Promise<Map<string, readonly Instant[]>> {
  if (rows.length === 0) return new Map();
  const { instant } = database.dialect.expressions;
  const keys = [...new Set(rows.map((row) => row.address_key))];
  const found = await sql<{ address_key: string; admitted_at: Instant }>`
    select d.address_key, d.admitted_at from ${sql.table('carryover_notice_deliveries')} d
    where d.address_key in (${sql.join(keys)}) and d.admitted_at > ${instant(now.plusMillis(-HOUR_MS))}
      and d.status in ('claimed', 'sending', 'sent', 'delivered', 'read', 'unknown')
    order by d.admitted_at, d.id`.execute(trx);
  const byKey = Map.groupBy(found.rows, (row) => row.address_key);
  return new Map([...byKey].map(([key, ofKey]) => [key, ofKey.map((row) => row.admitted_at)]));
}

async function spentIn({ database, rules }: NoticeDesk, trx: Trx, month: string): Promise<bigint> {
  if (rules.budget === null) return 0n;
  const { sumInt64 } = database.dialect.expressions;
  const { rows } = await sql<{ spent: bigint | null }>`
    select ${sumInt64(sql.ref('d.cost'))} as spent from ${sql.table('carryover_notice_deliveries')} d
    where d.charged_month = ${month}`.execute(trx);
  return rows[0]?.spent ?? 0n;
}
