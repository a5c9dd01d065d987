import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import { findAccountStates } from '../../ledger/store/find-accounts.ts';
import type { Session } from '../../ledger/store/session.ts';
import type { AccountState } from '../../ledger/types.ts';

import { cliAccountUnknown } from '../cli-errors.ts';

/** The account of that kind and owner. Throws `CLI_ACCOUNT_UNKNOWN` with the kinds there are. */
export async function findAccount(
  session: Session,
  ref: { readonly system: string; readonly kind: string; readonly owner: string },
): Promise<AccountState> {
  const [account] = await findAccountStates(session, [ref]);
  if (account !== undefined) return account;
  const { rows } = await sql<{ kind: string }>`
    select distinct kind from ${sql.table('carryover_accounts')} where system_name = ${ref.system} order by kind`.execute(
    session.handle,
  );
  const { system, kind } = ref;
  throw new CarryoverError(cliAccountUnknown, { system, kind, known: rows.map((row) => row.kind) });
}
