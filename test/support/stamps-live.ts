import { sql, type RawBuilder } from 'kysely';
import type { BulkValue } from '../../src/sql/contract/statements.ts';
import type { LegacySource } from '../../src/cutover/descriptor.ts';
import type {
  CapturedRow,
  CapturedTable,
  CarryBackWrite,
  EntryToMirror,
  LiveCutover,
  MirroredEntry,
} from '../../src/cutover/live-descriptor.ts';

/** How the café is followed while it goes on, and told back what the ledger did. `key` is the walk's column, which every table has. */
export function stampsLive<Policy>(key: 'member_id' | 'card_code'): LiveCutover<Policy> {
  return {
    captured: [
      captured('members', key, []),
      { ...captured('stamps', key, ['stamps']), fact: { column: 'stamp_id', prefix: 'stamps:' } },
      {
        ...captured('redemptions', key, ['stamps', 'treats']),
        fact: { column: 'redemption_id', prefix: 'redemptions:' },
      },
    ],
    superseded: [{ table: 'members', columns: ['vip'] }],
    carryBack: {
      mirror,
      losses: (source: LegacySource<Policy>, accounts: RawBuilder<unknown>) => {
        const { jsonObject } = source.expressions;
        return sql`select a.kind as kind, a.owner as owner, 'holds' as name, ${jsonObject({ held: sql`a.held` })} as details
          from (${accounts}) as a where a.held > 0`;
      },
    },
  };
}

function captured(table: string, key: 'member_id' | 'card_code', decides: readonly string[]): CapturedTable {
  return {
    table,
    subjects: ({ expressions: e, column }: CapturedRow) =>
      sql`select ${e.text(column(key))} as walk_key, ${e.text(column('member_id'))} as owner`,
    decides,
    instead: `carryover cafe ${table}`,
  };
}

/**
 * Coffees become rows of stamps, redemptions (an entry on each of two accounts, under one key) one row of redemptions; the reversal of
 * a coffee takes its row back. Rows are collected and written by one statement per table.
 */
async function mirror<Policy>(write: CarryBackWrite<Policy>): Promise<readonly MirroredEntry[]> {
  const rows = new LegacyRows(
    await nextNumber(write, 'stamps', 'stamp_id'),
    await nextNumber(write, 'redemptions', 'redemption_id'),
  );
  const mirrored = write.entries.map((entry) => ({
    accountId: entry.accountId,
    seq: entry.seq,
    source: rows.add(entry),
  }));
  await rows.write(write);
  return mirrored;
}

class LegacyRows {
  readonly #stamps: BulkValue[][] = [];
  readonly #redemptions: BulkValue[][] = [];
  readonly #void: bigint[] = [];
  readonly #redemptionByKey = new Map<string, string>();
  #stampId: bigint;
  #redemptionId: bigint;

  constructor(stampId: bigint, redemptionId: bigint) {
    this.#stampId = stampId;
    this.#redemptionId = redemptionId;
  }

  /** Adds what stands for an entry; returns its source. */
  add(entry: EntryToMirror): string {
    const member = BigInt(entry.owner);
    if (entry.reversesSource !== null) {
      this.#void.push(BigInt(entry.reversesSource.split(':')[1] ?? ''));
      return entry.reversesSource;
    }
    if (entry.entryKind !== 'redemption') {
      this.#stamps.push([this.#stampId, member, entry.amount, entry.occurredAt]);
      return `stamps:${this.#stampId++}`;
    }
    const name = `${entry.owner} ${entry.key}`;
    const known = this.#redemptionByKey.get(name);
    if (known !== undefined) return known;
    const treats = entry.accountKind === 'treats' ? entry.amount : -entry.amount / 10n;
    this.#redemptions.push([this.#redemptionId, member, treats, entry.occurredAt]);
    const source = `redemptions:${this.#redemptionId++}`;
    this.#redemptionByKey.set(name, source);
    return source;
  }

  async write<Policy>({ database, trx }: CarryBackWrite<Policy>): Promise<void> {
    const { statements } = database.dialect;
    const columns = { id: 'int64', member_id: 'int64', amount: 'int64', at: 'instant' } as const;
    if (this.#stamps.length > 0) {
      await sql`insert into stamps (stamp_id, member_id, card_code, amount, status, stamped_at)
        select r.id, r.member_id, m.card_code, r.amount, 'given', r.at from ${statements.rows('r', { columns, rows: this.#stamps })}
        join members m on m.member_id = r.member_id`.execute(trx);
    }
    if (this.#redemptions.length > 0) {
      await sql`insert into redemptions (redemption_id, member_id, card_code, treats, redeemed_at)
        select r.id, r.member_id, m.card_code, r.amount, r.at from ${statements.rows('r', { columns, rows: this.#redemptions })}
        join members m on m.member_id = r.member_id`.execute(trx);
    }
    for (const id of this.#void) await sql`update stamps set status = 'void' where stamp_id = ${id}`.execute(trx);
  }
}

/** Far above what the café's own till gives, which counts on. */
async function nextNumber<Policy>({ trx }: CarryBackWrite<Policy>, table: string, column: string): Promise<bigint> {
  const { rows } = await sql<{
    n: bigint | null;
  }>`select max(${sql.ref(column)}) as n from ${sql.table(table)} where ${sql.ref(column)} >= 1000000`.execute(trx);
  return (rows[0]?.n ?? 999_999n) + 1n;
}
