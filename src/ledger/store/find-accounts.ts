import { sql } from 'kysely';
import type { AccountRef, AccountState } from '../types.ts';
import { ACCOUNT_STATE_COLUMNS, accountState, type AccountStateRow } from './account-state.ts';
import { inChunks } from './in-chunks.ts';
import type { Session } from './session.ts';
import { columnsOf } from './sql-pieces.ts';

/**
 * The ids of accounts by their references, in the order asked, undefined where there is no such account. With
 * `findAccountStates` the one place that resolves (system, kind, owner), so that on a cluster the references can live in
 * a table of their own.
 */
export async function findAccounts(session: Session, refs: readonly AccountRef[]): Promise<(bigint | undefined)[]> {
  const states = await findAccountStates(session, refs);
  return states.map((state) => state?.id);
}

/** The states of accounts by their references, in the order asked, undefined where there is no such account. Takes no lock. */
export async function findAccountStates(
  session: Session,
  refs: readonly AccountRef[],
): Promise<(AccountState | undefined)[]> {
  const found = new Map<string, AccountState>();
  for (const chunk of inChunks(refs)) {
    for (const row of await selectByRefs(session, chunk)) {
      found.set(refText({ system: row.system_name, kind: row.kind, owner: row.owner }), accountState(row));
    }
  }
  return refs.map((ref) => found.get(refText(ref)));
}

/** A reference as one text, for messages and as a key of maps. Kinds and systems hold no slash, so two references never meet. */
export function refText(ref: AccountRef): string {
  return `${ref.system}/${ref.kind}/${ref.owner}`;
}

type RefRow = AccountStateRow & { system_name: string; kind: string; owner: string };

async function selectByRefs({ database, handle }: Session, refs: readonly AccountRef[]): Promise<RefRow[]> {
  const wanted = database.dialect.statements.rows('r', {
    columns: { system_name: 'text', kind: 'text', owner: 'text' },
    rows: refs.map((ref) => [ref.system, ref.kind, ref.owner]),
  });
  const { rows } = await sql<RefRow>`
    select ${columnsOf('a', ['system_name', 'kind', 'owner', ...ACCOUNT_STATE_COLUMNS])}
    from ${wanted}
    join ${sql.table('carryover_accounts')} as a
      on a.system_name = r.system_name and a.kind = r.kind and a.owner = r.owner`.execute(handle);
  return rows;
}
