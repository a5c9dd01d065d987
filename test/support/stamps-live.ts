import { sql } from 'kysely';
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
      captured('stamps', key, ['stamps']),
      captured('redemptions', key, ['stamps', 'treats']),
    ],
    superseded: [{ table: 'members', columns: ['vip'] }],
    carryBack: {
      mirror,
      losses: (source: LegacySource<Policy>) => {
        const { jsonObject } = source.expressions;
        return sql`select a.kind as kind, a.owner as owner, 'holds' as name, ${jsonObject({ held: sql`a.held` })} as details
          from ${sql.table('carryover_accounts')} as a where a.system_name = 'stamps' and a.authority = 'ledger' and a.held > 0`;
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
 * a coffee takes its row back.
 */
async function mirror<Policy>(write: CarryBackWrite<Policy>): Promise<readonly MirroredEntry[]> {
  const mirrored: MirroredEntry[] = [];
  const redemptions = new Map<string, string>();
  for (const entry of write.entries) {
    const { accountId, seq } = entry;
    mirrored.push({ accountId, seq, source: await mirrorOne(write, entry, redemptions) });
  }
  return mirrored;
}

async function mirrorOne<Policy>(
  write: CarryBackWrite<Policy>,
  entry: EntryToMirror,
  redemptions: Map<string, string>,
): Promise<string> {
  const { trx } = write;
  const member = BigInt(entry.owner);
  if (entry.reversesSource !== null) {
    const id = BigInt(entry.reversesSource.split(':')[1] ?? '');
    await sql`update stamps set status = 'void' where stamp_id = ${id}`.execute(trx);
    return entry.reversesSource;
  }
  if (entry.entryKind === 'redemption') {
    const known = redemptions.get(entry.key);
    if (known !== undefined) return known;
    const treats = entry.accountKind === 'treats' ? entry.amount : -entry.amount / 10n;
    const id = await nextNumber(write, 'redemptions', 'redemption_id');
    await sql`insert into redemptions (redemption_id, member_id, card_code, treats, redeemed_at)
      select ${id}, member_id, card_code, ${treats}, ${write.database.dialect.expressions.instant(entry.occurredAt)} from members where member_id = ${member}`.execute(
      trx,
    );
    redemptions.set(entry.key, `redemptions:${id}`);
    return `redemptions:${id}`;
  }
  const id = await nextNumber(write, 'stamps', 'stamp_id');
  await sql`insert into stamps (stamp_id, member_id, card_code, amount, status, stamped_at)
    select ${id}, member_id, card_code, ${entry.amount}, 'given', ${write.database.dialect.expressions.instant(entry.occurredAt)} from members where member_id = ${member}`.execute(
    trx,
  );
  return `stamps:${id}`;
}

/** Far above what the café's own till gives, which counts on. */
async function nextNumber<Policy>({ trx }: CarryBackWrite<Policy>, table: string, column: string): Promise<bigint> {
  const { rows } = await sql<{
    n: bigint | null;
  }>`select max(${sql.ref(column)}) as n from ${sql.table(table)} where ${sql.ref(column)} >= 1000000`.execute(trx);
  return (rows[0]?.n ?? 999_999n) + 1n;
}
