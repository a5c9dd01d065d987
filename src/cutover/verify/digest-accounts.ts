import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import { MerkleFold } from './merkle-fold.ts';

/** Accounts in one range of the proof: small enough to name what differs, few enough to keep the file small. */
const ACCOUNTS_PER_RANGE = 1024;
/** Entries read at once; bounds the memory whatever the size of the ledger. */
const ENTRIES_PER_PAGE = 5_000;

/** Digest of one run of accounts, by id. */
export interface RangeDigest {
  readonly fromId: string;
  readonly toId: string;
  readonly accounts: number;
  /** Merkle root over the digests of these accounts. */
  readonly root: string;
}

/** Digest of a system's whole ledger, and its numbers per unit. */
export interface LedgerDigest {
  readonly accounts: number;
  readonly entries: number;
  /** Merkle root over the digests of all accounts, in order of id. */
  readonly root: string;
  readonly ranges: readonly RangeDigest[];
  /** Per unit, sorted by name; sums as decimal texts. */
  readonly units: readonly {
    readonly unit: string;
    readonly accounts: number;
    readonly entries: number;
    readonly balance: string;
  }[];
}

interface AccountLine {
  readonly id: bigint;
  readonly kind: string;
  readonly owner: string;
  readonly unit: string;
  readonly balance: bigint;
  readonly seq: bigint;
}

interface EntryLine {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly balance_after: bigint;
  readonly kind: string;
  readonly contra: string | null;
  readonly idempotency_key: string;
  readonly source: string | null;
  readonly occurred_at: Instant;
}

/**
 * Streams a system's accounts with their entries through SHA-256. The digest of an account is over lines that each end in a line feed:
 *
 * ```
 * carryover account 1
 * ["<kind>","<owner>","<unit>","<balance>","<seq>"]
 * ["<seq>","<amount>","<balance after>","<kind>",<contra>,"<key>",<source>,"<occurred at>"]     per entry, in order of seq
 * ```
 *
 * in canonical JSON (no spaces, integers as decimal texts, instants with six decimals). The first line keeps such a digest from
 * being taken for anything else. Ids of accounts are not part of it, so a copy of the ledger elsewhere has the same digests.
 */
export async function digestAccounts(
  database: Database,
  system: string,
  onAccounts: (accounts: number) => void = () => {},
): Promise<LedgerDigest> {
  const whole = new MerkleFold();
  const ranges: RangeDigest[] = [];
  const units = new Map<string, { accounts: number; entries: number; balance: bigint }>();
  let entries = 0;
  for (let afterId = 0n; ;) {
    const accounts = await readAccounts(database, system, afterId);
    const [first] = accounts;
    const last = accounts.at(-1);
    if (first === undefined || last === undefined) break;
    const range = new MerkleFold();
    const digests = await digestRange(database, system, accounts);
    for (const [index, account] of accounts.entries()) {
      const { digest, entries: count } = digests[index] as (typeof digests)[number];
      whole.add(digest);
      range.add(digest);
      entries += count;
      const unit = units.get(account.unit) ?? { accounts: 0, entries: 0, balance: 0n };
      units.set(account.unit, {
        accounts: unit.accounts + 1,
        entries: unit.entries + count,
        balance: unit.balance + account.balance,
      });
    }
    ranges.push({ fromId: `${first.id}`, toId: `${last.id}`, accounts: accounts.length, root: range.root() });
    onAccounts(whole.leaves);
    afterId = last.id;
  }
  return { accounts: whole.leaves, entries, root: whole.root(), ranges, units: unitRows(units) };
}

function unitRows(
  units: ReadonlyMap<string, { accounts: number; entries: number; balance: bigint }>,
): LedgerDigest['units'] {
  return [...units.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([unit, sums]) => ({
      unit,
      accounts: sums.accounts,
      entries: sums.entries,
      balance: sums.balance.toString(),
    }));
}

async function readAccounts(database: Database, system: string, afterId: bigint): Promise<readonly AccountLine[]> {
  const { rows } = await sql<AccountLine>`select id, kind, owner, unit, balance, seq
    from ${sql.table('carryover_accounts')} where system_name = ${system} and id > ${afterId}
    order by id limit ${sql.lit(ACCOUNTS_PER_RANGE)}`.execute(database.handle);
  return rows;
}

async function digestRange(
  database: Database,
  system: string,
  accounts: readonly AccountLine[],
): Promise<readonly { readonly digest: Buffer; readonly entries: number }[]> {
  const digests = new Map<bigint, AccountDigest>();
  for (const { id, kind, owner, unit, balance, seq } of accounts) {
    const text = `carryover account 1\n${canonicalJson([kind, owner, unit, balance, seq])}\n`;
    digests.set(id, new AccountDigest(text));
  }
  const toId = (accounts.at(-1) as AccountLine).id;
  let after = { accountId: (accounts[0] as AccountLine).id, seq: 0n };
  for (;;) {
    const page = await readEntries(database, { system, toId, after });
    for (const entry of page) digests.get(entry.account_id)?.add(entryLine(entry));
    const last = page.at(-1);
    if (last === undefined || page.length < ENTRIES_PER_PAGE) break;
    after = { accountId: last.account_id, seq: last.seq };
  }
  return accounts.map(({ id }) => (digests.get(id) as AccountDigest).finish());
}

/** Text hashed at once: a call per line takes as long as the hashing, and an account may have lines without end. */
const TEXT_LENGTH_MAX = 65_536;

/** The digest of one account, line by line. */
class AccountDigest {
  readonly #hash = createHash('sha256');
  #text: string;
  #entries = 0;

  constructor(text: string) {
    this.#text = text;
  }

  add(line: string): void {
    this.#text += line;
    this.#entries += 1;
    if (this.#text.length < TEXT_LENGTH_MAX) return;
    this.#hash.update(this.#text);
    this.#text = '';
  }

  finish(): { readonly digest: Buffer; readonly entries: number } {
    return { digest: this.#hash.update(this.#text).digest(), entries: this.#entries };
  }
}

/** Canonical JSON of known members, written out: through the general function it takes twice as long, for every entry there is. */
function entryLine(entry: EntryLine): string {
  const { seq, amount, balance_after: after, contra, source, occurred_at: at } = entry;
  const [kind, key] = [JSON.stringify(entry.kind), JSON.stringify(entry.idempotency_key)];
  return `["${seq}","${amount}","${after}",${kind},${JSON.stringify(contra)},${key},${JSON.stringify(source)},"${at.toString()}"]\n`;
}

async function readEntries(
  database: Database,
  page: { readonly system: string; readonly toId: bigint; readonly after: { accountId: bigint; seq: bigint } },
): Promise<readonly EntryLine[]> {
  const { accountId, seq } = page.after;
  const { rows } = await sql<EntryLine>`
    select p.account_id as account_id, p.seq as seq, p.amount as amount, p.balance_after as balance_after, p.kind as kind, p.contra as contra,
      p.idempotency_key as idempotency_key, p.source as source, p.occurred_at as occurred_at
    from ${sql.table('carryover_entries')} as p
    join ${sql.table('carryover_accounts')} as a on a.id = p.account_id
    where a.system_name = ${page.system} and p.account_id between ${accountId} and ${page.toId}
      and (p.account_id > ${accountId} or p.seq > ${seq})
    order by p.account_id, p.seq limit ${sql.lit(ENTRIES_PER_PAGE)}`.execute(database.handle);
  return rows;
}
