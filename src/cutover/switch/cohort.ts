import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';

/** Whom a switch or a rollback of accounts is about. */
export type Selection =
  | { readonly who: 'all' }
  /** Owners by a fixed share of their own: the five percent of today are among the twenty of tomorrow. */
  | { readonly who: 'percent'; readonly percent: number }
  | { readonly who: 'owners'; readonly owners: readonly string[] }
  | { readonly who: 'kind'; readonly kind: string }
  /** Those that were switched together; for a rollback. */
  | { readonly who: 'cohort'; readonly cohort: string };

/** As long as the name of a cohort may be. */
export const COHORT_LENGTH_MAX = 64;

/** What accounts of a selection are called together where nobody gave them a name. */
export function nameCohort(selection: Selection): string {
  switch (selection.who) {
    case 'owners':
      return selection.owners.length === 1
        ? `owner-${selection.owners[0]}`.slice(0, COHORT_LENGTH_MAX).toWellFormed().trimEnd()
        : `owners-${selection.owners.length}`;
    case 'kind':
      return `kind-${selection.kind}`;
    case 'percent':
      return `percent-${selection.percent}`;
    default:
      return selection.who;
  }
}

/** Owners looked at per statement. */
const OWNERS_PER_PAGE = 5_000;
const SHARES = 10_000;

/** What of a selection is on one side now. */
export interface SelectedFrom {
  readonly system: string;
  readonly authority: 'legacy' | 'ledger';
  readonly selection: Selection;
}

/** Owners with an account on that side, page by page in order of owner. An owner comes once, with all accounts that the selection means. */
export async function* selectedOwners(
  database: Database,
  from: SelectedFrom,
): AsyncGenerator<readonly string[], void, undefined> {
  const { selection } = from;
  if (selection.who === 'owners') {
    const owners = [...new Set(selection.owners)].toSorted(compareTexts);
    for (let start = 0; start < owners.length; start += OWNERS_PER_PAGE)
      yield owners.slice(start, start + OWNERS_PER_PAGE);
    return;
  }
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: readonly string[] = await readOwners(database, from, after);
    after = page.length < OWNERS_PER_PAGE ? undefined : page.at(-1);
    const chosen = selection.who === 'percent' ? page.filter((owner) => isWithin(owner, selection.percent)) : page;
    if (chosen.length > 0) yield chosen;
  }
}

/** True when an owner's share, which never changes, lies below the percentage. */
export function isWithin(owner: string, percent: number): boolean {
  const share = createHash('sha256').update(owner).digest().readUInt32BE(0) % SHARES;
  return share < Math.round((percent * SHARES) / 100);
}

async function readOwners(database: Database, from: SelectedFrom, after: string): Promise<readonly string[]> {
  const { system, authority, selection } = from;
  const { expressions: e } = database.dialect;
  const ofKind = selection.who === 'kind' ? sql`and a.kind = ${selection.kind}` : sql``;
  const ofCohort =
    selection.who === 'cohort'
      ? sql`and exists (select 1 from ${sql.table('carryover_switched')} as w where w.account_id = a.id and w.cohort = ${selection.cohort})`
      : sql``;
  const owner = e.text(sql`a.owner`);
  const { rows } = await sql<{ owner: string }>`select a.owner as owner from ${sql.table('carryover_accounts')} as a
    where a.system_name = ${system} and a.authority = ${authority} and ${owner} > ${e.text(sql`${after}`)} ${ofKind} ${ofCohort}
    group by a.owner order by ${owner} limit ${sql.lit(OWNERS_PER_PAGE)}`.execute(database.handle);
  return rows.map((row) => row.owner);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
