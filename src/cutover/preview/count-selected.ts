import { sql } from 'kysely';
import { movedKinds } from '../capture/legacy-triggers.ts';
import type { CutoverContext } from '../cutover-context.ts';
import { selectedOwners, type SelectedFrom } from '../switch/cohort.ts';

/** Whom a switch or a rollback of accounts would move. */
export interface SelectedCount {
  readonly owners: bigint;
  readonly accounts: bigint;
}

/** Owners and accounts on one side that a selection means. `onOwners` is told of each page of owners, also of those without an account there. */
export async function countSelected(
  context: CutoverContext,
  from: Omit<SelectedFrom, 'system'>,
  onOwners: (owners: readonly string[]) => void = () => undefined,
): Promise<SelectedCount> {
  const { database, system } = context;
  const { selection, authority } = from;
  const kinds = selection.who === 'kind' ? [selection.kind] : movedKinds(context);
  let [owners, accounts] = [0n, 0n];
  for await (const page of selectedOwners(database, { system: system.name, authority, selection })) {
    onOwners(page);
    const names = database.dialect.statements.rows('r', {
      columns: { kind: 'text', owner: 'text' },
      rows: page.flatMap((owner) => kinds.map((kind) => [kind, owner])),
    });
    // The engine that joins as it is written where that says CROSS would else read all accounts rather than look these up.
    const { rows } = await sql<{ owners: bigint; accounts: bigint }>`
      select count(distinct a.owner) as owners, count(*) as accounts
      from ${names} cross join ${sql.table('carryover_accounts')} as a
      where a.system_name = ${system.name} and a.kind = r.kind and a.owner = r.owner and a.authority = ${authority}
        ${authority === 'ledger' ? sql`and exists (select 1 from ${sql.table('carryover_switched')} as w where w.account_id = a.id)` : sql``}`.execute(
      database.handle,
    );
    owners += rows[0]?.owners ?? 0n;
    accounts += rows[0]?.accounts ?? 0n;
  }
  return { owners, accounts };
}
