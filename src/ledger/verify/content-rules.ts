import { sql, type Selectable } from 'kysely';
import { canonicalJson, type CanonicalValue } from '../../base/canonical-json.ts';
import { readDetails } from '../reads/read-statement.ts';
import type { AuditTable, EntriesTable, HoldsTable } from '../tables.ts';
import { columnsOf } from '../store/sql-pieces.ts';
import { breach, type Breach } from './breach.ts';
import { auditCommand, entryCommands, holdCommand, isMadeBy, plainCommands, releaseCommand } from './commands-told.ts';
import { loadEntryContexts } from './entry-contexts.ts';
import { table, within, type VerifyContext } from './verify-context.ts';

/** Rows read at a time: what memory holds, whatever the size of the ledger. */
const PAGE_ROWS = 5_000;

/** Breaches of one kind in one range that are named; see `breachesOf`. */
const BREACHES_MAX = 100;

const ENTRY_COLUMNS = [
  'account_id',
  'seq',
  'amount',
  'kind',
  'contra',
  'counter_account_id',
  'idempotency_key',
  'content_hash',
  'reverses_seq',
  'details',
  'occurred_at',
  'recorded_at',
] as const;

/** An entry as its content is checked. */
export type ToldEntry = Pick<Selectable<EntriesTable>, (typeof ENTRY_COLUMNS)[number]>;

/**
 * `entry-content`: the hash of the command that made an entry is the hash of what the entry says. Most entries are plain posts,
 * which their own columns tell; for the others the hold, lot or other leg is looked up.
 */
export async function checkEntryContents(context: VerifyContext): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for await (const page of entryPages(context)) {
    const others = page.filter((entry) => !isMadeBy(entry.content_hash, plainCommands(entry)));
    const contexts = await loadEntryContexts(context.session, others);
    others.forEach((entry, index) => {
      const known = contexts[index];
      if (known !== undefined && isMadeBy(entry.content_hash, entryCommands(entry, known))) return;
      breaches.push(
        breach({
          rule: 'entry-content',
          table: 'entries',
          accountId: entry.account_id,
          seq: entry.seq,
          found: 'columns that no command of that hash gives',
          expected: `hash ${entry.content_hash}`,
        }),
      );
    });
    if (breaches.length >= BREACHES_MAX) return breaches.slice(0, BREACHES_MAX);
  }
  return breaches;
}

async function* entryPages(context: VerifyContext): AsyncGenerator<readonly ToldEntry[]> {
  let [account, seq] = [undefined as bigint | undefined, 0n];
  for (;;) {
    const after =
      account === undefined
        ? sql`1 = 1`
        : sql`(n.account_id > ${account} or (n.account_id = ${account} and n.seq > ${seq}))`;
    const { rows } = await sql<ToldEntry>`
      select ${columnsOf('n', ENTRY_COLUMNS)} from ${table('entries')} as n
      where ${within(context, 'n.account_id')} and ${after} and n.content_hash is not null
      order by n.account_id, n.seq limit ${sql.lit(PAGE_ROWS)}`.execute(context.session.handle);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    [account, seq] = [last.account_id, last.seq];
  }
}

type ToldHold = Pick<
  Selectable<HoldsTable>,
  | 'account_id'
  | 'idempotency_key'
  | 'amount'
  | 'status'
  | 'content_hash'
  | 'resolution_key'
  | 'resolution_hash'
  | 'expires_at'
>;

/** `hold-content`: the hashes of the commands that made and released a hold are those of what the hold says. */
export async function checkHoldContents(context: VerifyContext): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (let [account, key] = [undefined as bigint | undefined, '']; breaches.length < BREACHES_MAX;) {
    const after =
      account === undefined
        ? sql`1 = 1`
        : sql`(h.account_id > ${account} or (h.account_id = ${account} and h.idempotency_key > ${key}))`;
    const { rows } = await sql<ToldHold>`
      select h.account_id, h.idempotency_key, h.amount, h.status, h.content_hash, h.resolution_key, h.resolution_hash, h.expires_at
      from ${table('holds')} as h where ${within(context, 'h.account_id')} and ${after}
      order by h.account_id, h.idempotency_key limit ${sql.lit(PAGE_ROWS)}`.execute(context.session.handle);
    breaches.push(...rows.filter((hold) => !isHoldTold(hold)).map(holdBreach));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) break;
    [account, key] = [last.account_id, last.idempotency_key];
  }
  return breaches.slice(0, BREACHES_MAX);
}

function isHoldTold(hold: ToldHold): boolean {
  const { account_id: accountId, idempotency_key: key, amount, expires_at: expiresAt } = hold;
  if (!isMadeBy(hold.content_hash, [holdCommand({ accountId, key, amount, expiresAt })])) return false;
  if (hold.status !== 'released') return true;
  const resolution = { accountId, key: hold.resolution_key ?? '', holdKey: key };
  return isMadeBy(hold.resolution_hash, [releaseCommand(resolution)]);
}

function holdBreach(hold: ToldHold): Breach {
  return breach({
    rule: 'hold-content',
    table: 'holds',
    accountId: hold.account_id,
    key: hold.idempotency_key,
    found: 'columns that no command of those hashes gives',
    expected: `hashes ${hold.content_hash} and ${hold.resolution_hash ?? 'none'}`,
  });
}

type ToldAudit = Pick<
  Selectable<AuditTable>,
  'id' | 'action' | 'account_id' | 'idempotency_key' | 'content_hash' | 'after_state'
>;

/** `audit-content`: the hash of an audited command is that of what the row says. */
export async function checkAuditContents(context: VerifyContext): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (let after = 0n; breaches.length < BREACHES_MAX;) {
    const { rows } = await sql<ToldAudit>`
      select r.id, r.action, r.account_id, r.idempotency_key, r.content_hash, r.after_state from ${table('audit')} as r
      where ${within(context, 'r.account_id')} and r.content_hash is not null and r.id > ${after}
      order by r.id limit ${sql.lit(PAGE_ROWS)}`.execute(context.session.handle);
    for (const row of rows) {
      const state = readDetails(row.after_state);
      const command = auditCommand(row.action, row, state);
      const statesTold = state === null ? 'none' : canonicalJson(state as CanonicalValue);
      if (command !== undefined && isMadeBy(row.content_hash, [command])) continue;
      const place = { table: 'audit', accountId: row.account_id, key: row.idempotency_key };
      const found = `action "${row.action}", after it ${statesTold}`;
      breaches.push(breach({ ...place, rule: 'audit-content', found, expected: `hash ${row.content_hash}` }));
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) break;
    after = last.id;
  }
  return breaches.slice(0, BREACHES_MAX);
}
