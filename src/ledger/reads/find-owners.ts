import { sql } from 'kysely';
import { inChunks } from '../store/in-chunks.ts';
import type { Session } from '../store/session.ts';
import type { AccountRef } from '../types.ts';

/** Whose an account is, and what it counts. */
export interface AccountOwner extends AccountRef {
  readonly unit: string;
}

/** The references and units of accounts by id; ids without an account are left out. Takes no lock. */
export async function findOwners(
  session: Session,
  accountIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, AccountOwner>> {
  const { database, handle } = session;
  const found = new Map<bigint, AccountOwner>();
  for (const chunk of inChunks(accountIds)) {
    const { rows } = await sql<{ id: bigint; system_name: string; kind: string; owner: string; unit: string }>`
      select a.id, a.system_name, a.kind, a.owner, a.unit from ${sql.table('carryover_accounts')} as a
      where ${database.dialect.statements.idIn('a.id', chunk)}`.execute(handle);
    for (const { id, system_name: system, kind, owner, unit } of rows) found.set(id, { system, kind, owner, unit });
  }
  return found;
}
